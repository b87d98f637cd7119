using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Experiments.Tables;

namespace LinearTransformers.Cli.Tests;

/// <summary>Every command that writes CSV: a line of names, an observation a row, numbers that round-trip, UTF-8.</summary>
public partial class CsvTests
{
    /// <summary>The columns that tell the rows of a table apart; of tables with curves these are iteration and curve.</summary>
    private static readonly Dictionary<string, string[]> Keys = new()
    {
        ["noise"] = ["sample"],
        ["smoothness"] = ["iteration"],
        ["spectrum"] = ["iteration", "block", "index"],
        ["matrices"] = ["matrix", "row", "column"],
    };

    private static readonly string[] KeysOfCurves = ["iteration", "curve"];

    /// <summary>Figures of runs by their names; figures of tables have a test of their own.</summary>
    public static TheoryData<string> Figures => [.. PlotCatalog.All.Select(figure => figure.Name)];

    [Theory]
    [MemberData(nameof(Figures))]
    public void The_numbers_behind_a_figure_are_a_tidy_table(string figure)
    {
        using TemporaryFolder folder = new();
        Train(folder["run, 1"]);
        Write("plot", figure, folder["run, 1"], "--out", folder["a.svg"], "--data", folder["a.csv"]);
        AssertTidy(folder["a.csv"], Keys.GetValueOrDefault(figure, KeysOfCurves));
    }

    [Fact]
    public void A_comparison_an_evaluation_and_what_is_drawn_of_it_are_tidy_tables()
    {
        using TemporaryFolder folder = new();
        Train(folder["run, 1"]);
        Train(folder["run \"2\""], "--alg", "sgd");
        Write("runs", "compare", folder["run, 1"], folder["run \"2\""], "--out", folder["a.svg"], "--data", folder["compare.csv"]);
        AssertTidy(folder["compare.csv"], KeysOfCurves);
        Write("eval", folder["run, 1"], folder["run \"2\""], "--prompts", "200", "--N", "5,10", "--csv", folder["eval.csv"]);
        AssertTidy(folder["eval.csv"], ["run", "iteration", "method", "layer", "family", "N"]);
        Assert.Contains(folder["run \"2\""], TidyTable.Read(folder["eval.csv"]).Rows.Select(row => row[0]));
        Write("plot", "eval", folder["eval.csv"], "--out", folder["a.svg"], "--data", folder["again.csv"]);
        AssertTidy(folder["again.csv"], ["N", "curve"]);
    }

    [Theory]
    [InlineData("single")]
    [InlineData("double")]
    public void A_run_that_is_exported_is_a_tidy_table(string precision)
    {
        using TemporaryFolder folder = new();
        Train(folder["run"], "--precision", precision, "--covariance", "rotated");
        Write("export", folder["run"], "--out", folder["a.csv"]);
        AssertTidy(folder["a.csv"], ["iteration"]);
    }

    [Fact]
    public void A_run_that_diverged_is_a_tidy_table_too()
    {
        using TemporaryFolder folder = new();
        string[] train = ["train", "--B", "16", "--max-iters", "60", "--alg", "sgd", "--lr", "1000", "--toclip", "false"];
        Assert.Equal(3, Invocation.Of([.. train, "--out", folder["run"]]).ExitCode);
        Write("export", folder["run"], "--out", folder["a.csv"]);
        AssertTidy(folder["a.csv"], ["iteration"]);
    }

    private static void Train(string path, params string[] options)
    {
        string[] train = ["train", "--B", "16", "--d", "2", "--n-layer", "2", "--N", "6", "--max-iters", "6", "--hist-stride", "1"];
        Invocation invocation = Invocation.Of([.. train, .. options, "--out", path]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
    }

    private static void Write(params string[] arguments)
    {
        Invocation invocation = Invocation.Of(arguments);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
    }

    private static void AssertTidy(string path, string[] keys)
    {
        byte[] bytes = File.ReadAllBytes(path);
        string text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
        Assert.NotEqual('\uFEFF', text[0]);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);

        // The reader refuses rows of another number of cells than there are names.
        TidyTable table = TidyTable.Read(path);
        Assert.All(table.Names, name => Assert.NotEqual("", name));
        Assert.Equal(table.Names.Count, table.Names.Distinct().Count());
        Assert.NotEmpty(table.Rows);
        Assert.All(keys, key => Assert.Contains(key, table.Names));
        string[] rows = [.. table.Rows.Select(row => string.Join('|', keys.Select(key => table.Text(row, key))))];
        Assert.Equal(rows.Length, rows.Distinct().Count());
        Assert.All(table.Rows.SelectMany(row => row).Where(cell => Number().IsMatch(cell)), AssertRoundTrips);
    }

    /// <summary>A number is the shortest text that gives that number back, of the precision that it has.</summary>
    private static void AssertRoundTrips(string cell)
    {
        double number = double.Parse(cell, CultureInfo.InvariantCulture);
        Assert.Contains(cell, (string[])[
            number.ToString("R", CultureInfo.InvariantCulture), ((float)number).ToString("R", CultureInfo.InvariantCulture)]);
    }

    [GeneratedRegex(@"^[-+0-9.,eE]+$")]
    private static partial Regex Number();
}
