using System.Text;
using FsCheck.Xunit;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Tests.Fuzz;

namespace LinearTransformers.Experiments.Tests.Results;

public class ResultsJsonTests
{
    private const string Name = "runs/simple/results.json";

    [Fact]
    public void What_is_written_is_read()
    {
        (IReadOnlyList<ResultRow> rows, IReadOnlyList<ResultRow> details) =
            Read(ResultsJson.Write(ResultsTargets.Rows, ResultsTargets.Rows[..1]));
        Assert.Equal(ResultsTargets.Rows, rows);
        Assert.Equal(ResultsTargets.Rows[..1], details);
    }

    [Property(MaxTest = 200)]
    public void Any_row_round_trips(string? quantity, string? tolerance, double ours, double? published, byte verdict)
    {
        ResultRow row = new("x", Whole(quantity) ?? "", Finite(published), null, Finite(ours) ?? double.NaN, Whole(tolerance),
            (Verdict)(verdict % 3));
        Assert.Equal([row], Read(ResultsJson.Write([row], [])).Rows);

        static double? Finite(double? number) => number is { } value && double.IsFinite(value) ? value : null;

        // Half a surrogate is no text: JSON has none.
        static string? Whole(string? text) => text is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData("", "line 1: The input does not contain any JSON tokens")]
    [InlineData("{\"rows\":[],\n\"details\":[}", "line 2: '}' is an invalid start of a value")]
    [InlineData("[]", "the whole is a list; it should be an object with rows and details")]
    [InlineData("{\"rows\":[]}", "the whole has no \"details\"; it should have one")]
    [InlineData("{\"rows\":[],\"rows\":[],\"details\":[]}", "the whole has more than one \"rows\"; it should have one")]
    [InlineData("{\"rows\":3,\"details\":[]}", "rows is a number; it should be a list")]
    [InlineData("{\"rows\":[],\"details\":[true]}", "details[0] is true or false; it should be an object")]
    [InlineData("{\"rows\":[{\"experiment\":\"x\"}],\"details\":[]}", "rows[0] has no \"quantity\"; it should have one")]
    [InlineData("{\"rows\":[{\"experiment\":null}],\"details\":[]}", "rows[0].experiment is null; it should be text")]
    [InlineData("{\"rows\":[{\"experiment\":1}],\"details\":[]}", "rows[0].experiment is a number; it should be text")]
    [InlineData("{\"rows\":[{\"experiment\":\"\\ud800\"}],\"details\":[]}",
        "rows[0].experiment: the text is no Unicode; it should be UTF-8, and surrogates should go in pairs")]
    public void What_is_no_file_of_results_is_refused_with_file_place_and_reason(string text, string message)
        => Assert.StartsWith($"{Name}: {message}", Rejection(text));

    [Theory]
    [InlineData("1.25", "1e999", "rows[0].published is 1e999; it should be a number that a double can be")]
    [InlineData("1.25", "\"1.25\"", "rows[0].published is text; it should be a number or null")]
    [InlineData("\"match\"", "\"fits\"", "rows[0].verdict is \"fits\"; it should be none, match or short")]
    [InlineData("\"match\"", "null", "rows[0].verdict is null; it should be none, match or short")]
    public void A_value_that_its_name_does_not_have_is_refused(string right, string wrong, string message)
        => Assert.StartsWith(
            $"{Name}: {message}", Rejection(ResultsJson.Write([ResultsTargets.Rows[0] with { Ours = 2 }], []).Replace(right, wrong)));

    [Fact]
    public void Damaged_files_are_read_or_refused_in_a_line_and_take_no_more_memory_than_they_are_long()
    {
        FuzzReport report = Fuzzer.Run(ResultsTargets.All[0], 1, 5_000);
        Assert.Null(report.Fault);
        Assert.InRange(report.Refused, 5_000 / 4, 5_000);
    }

    private static (IReadOnlyList<ResultRow> Rows, IReadOnlyList<ResultRow> Details) Read(string text)
        => ResultsJson.Read(Encoding.UTF8.GetBytes(text), Name);

    private static string Rejection(string text) => Assert.Throws<FormatException>(() => Read(text)).Message;
}
