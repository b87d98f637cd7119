using LinearTransformers.Experiments.Report;

namespace LinearTransformers.Experiments.Tests.Report;

public class HtmlTests
{
    [Theory]
    [InlineData(0.0009613106619461365, "9.6131·10⁻⁴")]
    [InlineData(2.864724009121744E-07, "2.8647·10⁻⁷")]
    [InlineData(0.0012237123, "0.0012237")]
    [InlineData(-1.25, "−1.25")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-5, "1·10⁻⁵")]
    [InlineData(10_000, "10000")]
    [InlineData(123_456_789, "123456789")]
    [InlineData(123_456.789, "123457")]
    [InlineData(1.5e30, "1.5·10³⁰")]
    [InlineData(0, "0")]
    [InlineData(double.NaN, "nan")]
    public void Numbers_have_five_significant_digits(double value, string text) => Assert.Equal(text, Html.ShortNumber(value));

    [Fact]
    public void What_a_short_number_leaves_out_shows_when_it_is_pointed_at()
    {
        Assert.Equal("<span class=\"number\" title=\"0.0009613106619461365\">9.6131·10⁻⁴</span>", Html.Number(0.0009613106619461365));
        Assert.Equal("0.02", Html.Number(0.02));
        Assert.Equal("−3", Html.Number(-3));
        Assert.Equal("0.9,0.9", Html.Value("0.9,0.9"));
        Assert.Equal("&lt;b&gt;", Html.Value("<b>"));
    }
}
