using System.Text.RegularExpressions;

namespace LinearTransformers.Cli.Tests;

/// <summary>The page of a sweep: map and curve whose cells lead to their runs, and the table.</summary>
public sealed class SweepReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_cell_of_the_map_and_every_point_of_the_curve_leads_to_the_rows_of_its_runs()
    {
        Sweep("--over", "d=2,3", "--over", "N=5,10,20", "--over", "sd=0,1");
        string page = Page();
        Assert.Contains("A sweep of 12 points over d, N and sd: 12 finished.", page);
        string[] targets = [.. Regex.Matches(page, "<a class=\"spot\" href=\"#([^\"]+)\"").Select(match => match.Groups[1].Value)];
        string[] bodies = [.. Regex.Matches(page, "<tbody id=\"([^\"]+)\"").Select(match => match.Groups[1].Value)];
        Assert.Equal(6, bodies.Length);
        Assert.Equal(12, targets.Length);
        Assert.Equal(bodies.Order(StringComparer.Ordinal), targets.Distinct().Order(StringComparer.Ordinal));

        // The mean over both seeds, as in the map.
        Assert.Matches("aria-label=\"d = 3, N = 10: Loss / exact floor [0-9.]+ &#177; [0-9.]+; 2 finished\"", page);
        Assert.Equal(2, Regex.Count(Body(page, "d = 3, N = 10"), "data-run=\"d=3_N=10_sd=[01]\""));

        // Rows have the numbers of table.csv, and nothing is loaded.
        string[] row = File.ReadLines(_folder["sweep/table.csv"]).Select(line => line.Split(','))
            .First(cells => cells[0] == "runs/d=3_N=10_sd=1");
        Assert.Contains($"title=\"{row[5]}\"", Body(page, "d = 3, N = 10"));
        Assert.DoesNotMatch("(src|href)=\"(?!#|data:)", page);
        Assert.DoesNotMatch("url\\((?!#)", page);
    }

    [Fact]
    public void Runs_that_diverged_failed_or_have_not_begun_are_seen_in_the_map_and_in_the_table()
    {
        Sweep("--over", "lr=0.02,1e30", "--over", "d=2,3", "--alg", "sgd", "--toclip", "false");
        string diverged = Page();
        Assert.Equal(2, Regex.Count(diverged, "aria-label=\"× diverged\""));
        Assert.Contains("Grey: no value, × diverged.", diverged);
        Assert.Equal(2, Regex.Count(diverged, "<tr class=\"diverged\">"));

        string[] grid = ["sweep", "--over", "d=2,3", "--over", "N=5,10", .. Small];
        Assert.Equal(1, Invocation.Of([.. grid, "--over", "init=none,missing", "--out", _folder["failed"]]).ExitCode);
        string failed = Page("failed");
        Assert.Contains("<h4>init = none</h4>", failed);
        Assert.Contains("<h4>init = missing</h4>", failed);
        Assert.Equal(4, Regex.Count(failed, "aria-label=\"! failed\""));
        Assert.Equal(4, Regex.Count(failed, "<tr class=\"why\"><td colspan=\"11\">init is missing"));

        Assert.Equal(0, Invocation.Of([.. grid, "--no-run", "--out", _folder["new"]]).ExitCode);
        string begun = Page("new");
        Assert.Equal(4, Regex.Count(begun, "aria-label=\"… not begun\""));
        Assert.Equal(4, Regex.Count(begun, "<tr class=\"new\">"));
    }

    [Theory]
    [InlineData("Nothing but seeds varies", 0, "--over", "sd=0,1")]
    [InlineData("Test loss against N", 2, "--over", "N=5,10")]
    [InlineData("No curve: the values of alg are no numbers", 4, "--over", "alg=sgd,adam", "--over", "tasks=normal,sphere")]
    [InlineData("8 of the 9 values of N", 34, "--over", "d=1,2", "--over", "N=5..13", "--over", "alg=sgd")]
    public void What_varies_decides_what_is_drawn(string words, int links, params string[] over)
    {
        Sweep(over);
        string page = Page();
        Assert.Contains(words, page);
        Assert.Equal(links, Regex.Count(page, "class=\"spot\""));
    }

    [Fact]
    public void A_damaged_sweep_is_left_out_with_a_line_and_its_runs_are_shown()
    {
        Sweep("--over", "d=2,3");
        File.WriteAllText(_folder["sweep/sweep.json"], "{");
        Invocation invocation = Invocation.Of("report", _folder["sweep"], "--out", _folder["page.html"]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains("sweep.json", Assert.Single(invocation.Error.TrimEnd('\n').Split('\n')));
        Assert.Contains("2 runs", File.ReadAllText(_folder["page.html"]));
    }

    private static string[] Small => ["--B", "16", "--n-layer", "1", "--max-iters", "10", "--prompts", "500"];

    private static string Body(string page, string label)
        => Regex.Match(page, $"<tbody [^>]*data-label=\"{label}\".*?</tbody>", RegexOptions.Singleline).Value;

    private void Sweep(params string[] options)
    {
        Invocation made = Invocation.Of(["sweep", .. options, .. Small, "--out", _folder["sweep"]]);
        Assert.True(made.ExitCode == 0, made.Error);
    }

    private string Page(string sweep = "sweep")
    {
        Invocation invocation = Invocation.Of("report", _folder[sweep], "--out", _folder["page.html"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        return File.ReadAllText(_folder["page.html"]).Replace("&#215;", "×");
    }
}
