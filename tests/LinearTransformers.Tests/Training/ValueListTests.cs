using LinearTransformers.Settings;

namespace LinearTransformers.Tests.Training;

public class ValueListTests
{
    [Theory]
    [InlineData("5", "5")]
    [InlineData("5,10,20", "5|10|20")]
    [InlineData("0..4", "0|1|2|3|4")]
    [InlineData("2..20..6,50", "2|8|14|20|50")]
    [InlineData("0.1..0.3..0.1", "0.1|0.2|0.3")]
    [InlineData("1e-3,1e-2", "1e-3|1e-2")]
    [InlineData("normal,sparse:2,sphere", "normal|sparse:2|sphere")]
    [InlineData("0,0.5,values:1,3,5", "0|0.5|values:1,3,5")]
    [InlineData("identity,spectrum:1,1,0.25,ar:0.9", "identity|spectrum:1,1,0.25|ar:0.9")]
    [InlineData("spectrum:1:2:4,identity", "spectrum:1:2:4|identity")]
    [InlineData("file:../a..b.csv", "file:../a..b.csv")]
    public void Values_are_told_apart(string text, string expected)
        => Assert.Equal(expected.Split('|'), ValueList.Of("over", text));

    [Theory]
    [InlineData("0.1..0.5", "steps, here of 1, reach its end, such as 0.1..0.5..0.1")]
    [InlineData("2..11..2", "steps, here of 2, reach its end, such as 2..10..2")]
    [InlineData("1.5..4", "steps, here of 1, reach its end, such as 1.5..3.5")]
    public void A_range_that_misses_its_end_is_refused_with_one_that_does_not(string text, string message)
        => Assert.Contains(message, Assert.Throws<SettingException>(() => ValueList.Of("over", text)).Message);

    [Theory]
    [InlineData("")]
    [InlineData("1,,2")]
    [InlineData("4..0")]
    [InlineData("0..4..0")]
    [InlineData("0..4..-1")]
    [InlineData("a..b")]
    [InlineData("1..")]
    [InlineData("0..1..0.00001")]
    [InlineData("0..1..1..1")]
    public void What_makes_no_sense_is_refused(string text)
        => Assert.Contains("over", Assert.Throws<SettingException>(() => ValueList.Of("over", text)).Message);
}
