using System.Text.Json;
using System.Text.RegularExpressions;

namespace LinearTransformers.Cli.Tests;

public partial class ReportTests
{
    [Fact]
    public void A_page_holds_verdicts_figures_curves_and_matrices_and_loads_nothing()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of("reproduce", "simple", "--max-iters", "40", "--seeds", "0,1", "--out", folder["runs"]).ExitCode);
        Invocation invocation = Invocation.Of("report", folder["runs"], "--out", folder["page.html"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Equal(folder["page.html"], invocation.Out.Trim());
        string page = File.ReadAllText(folder["page.html"]);
        Assert.Contains("<td>match</td>", page);
        Assert.Equal(3, Regex.Count(page, "<figure"));

        // Nothing is fetched: no address but names of namespaces.
        Assert.DoesNotMatch("(src|href)=\"(?!#|data:)", Pictures().Replace(page, ""));
        Assert.DoesNotMatch("url\\((?!#)", page);

        using JsonDocument data = JsonDocument.Parse(Data().Match(page).Groups[1].Value);
        JsonElement curves = data.RootElement.GetProperty("curves");
        Assert.Equal(["adam-40its-seed0", "adam-40its-seed1"], curves.EnumerateArray().Select(curve => curve.GetProperty("name").GetString()));
        Assert.Equal(5.274, curves[0].GetProperty("loss")[0].GetDouble());
        JsonElement matrices = data.RootElement.GetProperty("matrices")[0];
        Assert.Equal(5 * 25, matrices.GetProperty("entries").EnumerateArray().Last().GetArrayLength());
        Assert.Equal(40, matrices.GetProperty("x").EnumerateArray().Last().GetInt32());
    }

    [Fact]
    public void Runs_without_results_have_a_page_too()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of("train", "--model", "nonlinear-regression", "--B", "16", "--max-iters", "5", "--out", folder["run"]).ExitCode);
        Assert.Equal(0, Invocation.Of("report", folder["run"]).ExitCode);
        Assert.Contains("nonlinear-regression", File.ReadAllText(folder["run/report.html"]));
    }

    [Theory]
    [InlineData("report nowhere", "there is no folder nowhere: it must be a run's, or one with results or runs below it")]
    [InlineData("report . --out .", "--out is ., a folder: it must be a file")]
    public void What_cannot_be_shown_is_refused_in_a_line(string arguments, string message)
    {
        Invocation invocation = Invocation.Of(arguments.Split(' '));
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains(message, invocation.Error);
    }

    [Fact]
    public void A_damaged_results_file_is_refused_with_file_and_place()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["runs"]);
        File.WriteAllText(folder["runs/results.json"], "{\"rows\":[{\"experiment\":\"simple\",\"quantity\":7}],\"details\":[]}");
        Invocation invocation = Invocation.Of("report", folder["runs"]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Equal($"lintf: {folder["runs/results.json"]}: rows[0].quantity is a number; it should be text\n", invocation.Error.Replace('\\', '/'));
        Assert.False(File.Exists(folder["runs/report.html"]));
    }

    [GeneratedRegex("<svg.*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Pictures();

    [GeneratedRegex("class=\"data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Data();
}
