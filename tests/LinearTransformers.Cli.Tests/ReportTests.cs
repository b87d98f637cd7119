using System.Text.Json;
using System.Text.RegularExpressions;

namespace LinearTransformers.Cli.Tests;

public class ReportTests
{
    [Fact]
    public void A_page_holds_verdicts_figures_curves_and_matrices_and_loads_nothing()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of("reproduce", "simple", "--max-iters", "40", "--seeds", "0,1", "--out", folder["runs"]).ExitCode);
        string page = Page(folder, "runs");
        Assert.Contains("<td>✓ match</td>", page);

        // The page draws the matrices itself; their figure is named.
        Assert.Equal(2, Regex.Count(page, "<figure"));
        Assert.Contains("figures/matrices-40its-seeds-0-1.svg", page);

        // Nothing is fetched.
        Assert.DoesNotMatch("(src|href)=\"(?!#|data:)", page);
        Assert.DoesNotMatch("url\\((?!#)", page);

        JsonElement curves = Data(page, "curves");
        JsonElement group = Assert.Single(curves.GetProperty("groups").EnumerateArray());
        Assert.Equal("alg adam, lr 0.001", group.GetProperty("label").GetString());
        Assert.Equal(["adam-40its-seed0", "adam-40its-seed1"], Texts(group.GetProperty("runs"), "name"));
        Assert.Equal(["sd 0", "sd 1"], Texts(group.GetProperty("runs"), "seed"));
        double[] first = [.. group.GetProperty("runs").EnumerateArray()
            .Select(run => run.GetProperty("loss").GetProperty("y")[0].GetDouble())];
        Assert.Equal(5.2741, first[0]);
        JsonElement mean = group.GetProperty("mean").GetProperty("loss");
        Assert.Equal((first[0] + first[1]) / 2, mean.GetProperty("y")[0].GetDouble(), 1e-4);
        Assert.Equal(Math.Abs(first[0] - first[1]) / Math.Sqrt(2), mean.GetProperty("s")[0].GetDouble(), 1e-4);
        Assert.Equal(["P = 0, best step sizes", "GD++"], Texts(curves.GetProperty("floors"), "name"));

        JsonElement matrices = Data(page, "matrices")[0];
        Assert.Equal(5 * 25, matrices.GetProperty("entries").EnumerateArray().Last().GetArrayLength());
        Assert.Equal(40, matrices.GetProperty("x").EnumerateArray().Last().GetInt32());
    }

    [Fact]
    public void A_small_version_says_so_before_it_says_what_could_be_judged()
    {
        using TemporaryFolder folder = new();
        string[] small = ["reproduce", "simple", "--max-iters", "5", "--seeds", "0", "--no-figures", "--out", folder["runs"]];
        Assert.Equal(0, Invocation.Of(small).ExitCode);
        string page = Page(folder, "runs");
        Assert.Contains(
            "<p class=\"summary\">This is a small version of simple: 5 iterations of the published 10,000, seed 0 of the published 0, 1, 2"
                + ". Most published numbers are of the whole experiment and are not judged here; "
                + "at this scale 1 comparison could be made: 1 within its tolerance, 0 not. 2 rows of the table have no verdict.",
            page);

        // One seed has no mean and no band.
        Assert.DoesNotContain("standard deviation (n", page);
        Assert.False(Data(page, "curves").GetProperty("groups")[0].TryGetProperty("mean", out _));
    }

    [Fact]
    public void Runs_without_results_have_a_page_too()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", "--model", "nonlinear-regression");
        Assert.Equal(0, Invocation.Of("report", folder["run"]).ExitCode);
        string page = File.ReadAllText(folder["run/report.html"]);
        Assert.Contains("nonlinear-regression", page);
        Assert.Empty(Data(page, "curves").GetProperty("floors").EnumerateArray());
    }

    [Fact]
    public void Runs_that_differ_in_their_seeds_only_are_one_group_and_labels_say_what_sets_groups_apart()
    {
        using TemporaryFolder folder = new();
        foreach (string rate in (string[])["0.1", "0.02"])
        {
            Train(folder, $"runs/a-long-name-{rate}-x", "--lr", rate, "--sd", "3", "--betas", "0.9,0.99");
            Train(folder, $"runs/a-long-name-{rate}-y", "--lr", rate, "--sd", "2", "--betas", "0.9,0.99");
        }

        Train(folder, "runs/again", "--lr", "0.1", "--sd", "3", "--betas", "0.9,0.99");
        Train(folder, "runs/plain", "--lr", "0.02");
        string page = Page(folder, "runs");
        JsonElement groups = Data(page, "curves").GetProperty("groups");
        Assert.Equal(["betas 0.9,0.9, lr 0.02", "betas 0.9,0.99, lr 0.02", "betas 0.9,0.99, lr 0.1"], Texts(groups, "label"));
        Assert.Equal([1, 2, 2], groups.EnumerateArray().Select(group => group.GetProperty("runs").GetArrayLength()));
        Assert.Equal(["sd 2", "sd 3"], Texts(groups[2].GetProperty("runs"), "seed"));
        Assert.Contains("again is the same run as a-long-name-0.1-x: it is counted once.", page);
        Assert.Contains("on a fresh batch of 16 prompts each, not on a test batch.", page);
        Assert.Contains("the mean of its 2 seeds, with a band of &#177; one standard deviation (n − 1).", page);
    }

    [Fact]
    public void A_run_that_diverged_and_one_that_has_not_begun_are_named()
    {
        using TemporaryFolder folder = new();
        Train(folder, "runs/tame");
        string[] wild = ["train", "--B", "16", "--alg", "sgd", "--lr", "1e6", "--toclip", "false", "--out", folder["runs/wild"]];
        Assert.Equal(3, Invocation.Of(wild).ExitCode);
        Directory.CreateDirectory(folder["runs/new"]);
        File.Copy(folder["runs/tame/config.json"], folder["runs/new/config.json"]);
        string page = Page(folder, "runs");
        Assert.Matches(@"<li>alg sgd, [^<]*, sd 0 \(wild\): diverged at iteration \d+: its curve ends before that\.</li>", page);
        Assert.Contains("<li>new: nothing is recorded yet.</li>", page);
        Assert.Contains("2 runs, 1 diverged.", page);
    }

    [Theory]
    [InlineData("", "B₀ B₁ A₀ A₁ A₂", 25)]
    [InlineData("--zero-p", "A₀ A₁ A₂", 25)]
    [InlineData("--tied", "B tied|A tied", 25)]
    [InlineData("--tied --n-head 2 --parameters separate:2", "B head 1 tied|B head 2 tied|A head 1 tied|A head 2 tied", 25)]
    [InlineData("--parameters gd++", "B₀ B₁ A₀ A₁ A₂", 25)]
    [InlineData("--parameters diagonal --covariance rotated", "B₀|B₁|D Uᵀ A₀ U D|D Uᵀ A₁ U D|D Uᵀ A₂ U D", 25)]
    [InlineData("--parameters full", "P₀ P₁ P₂ Q₀ Q₁ Q₂", 36)]
    [InlineData("--parameters full --tied --covariance rotated", "P tied|D Uᵀ Q U D tied", 36)]
    public void Matrices_are_shown_whole_whatever_of_them_is_trained(string options, string labels, int entries)
    {
        using TemporaryFolder folder = new();
        Train(folder, "runs/one", options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        JsonElement matrices = Data(Page(folder, "runs"), "matrices")[0];
        string[] expected = labels.Split(labels.Contains('|') ? '|' : ' ');
        Assert.Equal(expected, matrices.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
        Assert.Equal(entries, Math.Pow(matrices.GetProperty("size").GetInt32(), 2));
        Assert.Equal(expected.Length * entries, matrices.GetProperty("entries").EnumerateArray().Last().GetArrayLength());
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
    public void A_folder_of_nothing_but_a_damaged_results_file_is_refused_with_file_and_place()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["runs"]);
        File.WriteAllText(folder["runs/results.json"], "{\"rows\":[{\"experiment\":\"simple\",\"quantity\":7}],\"details\":[]}");
        Invocation invocation = Invocation.Of("report", folder["runs"]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Equal(
            $"lintf: {folder["runs/results.json"]}: rows[0].quantity is a number; it should be text\n",
            invocation.Error.Replace('\\', '/'));
        Assert.False(File.Exists(folder["runs/report.html"]));
    }

    [Fact]
    public void What_is_damaged_is_left_out_with_a_line_that_names_it_and_the_rest_is_written()
    {
        using TemporaryFolder folder = new();
        foreach (string name in (string[])["good", "history", "dimension", "empty", "nan", "line", "order", "log", "state", "config"])
        {
            Train(folder, "runs/" + name, "--lr", "0." + (name.Length + name[0]));
        }

        using (FileStream history = File.OpenWrite(folder["runs/history/history.safetensors"]))
        {
            history.SetLength(200);
        }

        string config = File.ReadAllText(folder["runs/dimension/config.json"]);
        File.WriteAllText(folder["runs/dimension/config.json"], config.Replace("\"d\": 5", "\"d\": 7"));
        File.WriteAllText(folder["runs/empty/metrics.jsonl"], "");
        string log = File.ReadAllText(folder["runs/nan/metrics.jsonl"]);
        File.WriteAllText(folder["runs/nan/metrics.jsonl"], new Regex("\"loss\":[^,]+").Replace(log, "\"loss\":null", 1));
        File.AppendAllText(folder["runs/line/metrics.jsonl"], "?\n");
        File.AppendAllText(folder["runs/order/metrics.jsonl"], "{\"iteration\":0,\"loss\":1,\"gradientNorm\":1}\n");
        File.Delete(folder["runs/log/metrics.jsonl"]);
        File.WriteAllText(folder["runs/state/state.safetensors"], "x");
        File.WriteAllText(folder["runs/config/config.json"], "{");
        File.WriteAllText(folder["runs/good/environment.json"], "[");
        File.WriteAllText(folder["runs/results.json"], "{\"rows\":7,\"details\":[]}");
        Directory.CreateDirectory(folder["runs/figures/not-a-file.svg"]);

        Invocation invocation = Invocation.Of("report", folder["runs"], "--out", folder["page.html"]);
        Assert.Equal(2, invocation.ExitCode);
        string[] lines = invocation.Error.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.StartsWith("lintf: left out: ", line));
        string[] named = ["results.json", "config", "dimension", "empty", "line", "log", "order", "state", "matrices of"];
        Assert.Equal(named.Length, lines.Length);
        Assert.All(named.Zip(lines), pair => Assert.Contains(pair.First, pair.Second));
        Assert.Contains(lines, line => line.Contains("dimension/state.safetensors was made with other settings", StringComparison.Ordinal));
        Assert.DoesNotContain("--out", invocation.Error);

        string page = File.ReadAllText(folder["page.html"]);
        Assert.All(lines, line =>
            Assert.Contains($"<li>{System.Net.WebUtility.HtmlEncode(line["lintf: left out: ".Length..])}</li>", page));
        Assert.Equal(3, Data(page, "curves").GetProperty("groups").GetArrayLength());
        Assert.Contains("(nan): 1 of the logged losses is not finite: left out.", page);
    }

    [Fact]
    public void Names_that_look_like_markup_stay_names()
    {
        using TemporaryFolder folder = new();
        Train(folder, "runs/a\"'&<b>--><script>");
        string page = Page(folder, "runs");
        JsonElement run = Data(page, "curves").GetProperty("groups")[0].GetProperty("runs")[0];
        Assert.Equal("a\"'&<b>--><script>", run.GetProperty("name").GetString());
        Assert.DoesNotContain("<b>", page);
        Assert.DoesNotContain("<script>\n\"use", page.Replace("<script>\n\"use strict\"", ""));
        Assert.Contains("<td>a&quot;&#39;&amp;&lt;b&gt;--&gt;&lt;script&gt;</td>", page);
    }

    [Fact]
    public void Every_head_has_its_matrices_and_double_precision_too()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", "--n-head", "2", "--n-layer", "2", "--precision", "double");
        JsonElement matrices = Data(Page(folder, "run"), "matrices")[0];
        Assert.Equal(
            ["B₀ head 1", "B₀ head 2", "A₀ head 1", "A₀ head 2", "A₁ head 1", "A₁ head 2"],
            matrices.GetProperty("labels").EnumerateArray().Select(label => label.GetString()));
    }

    private static void Train(TemporaryFolder folder, string name, params string[] settings)
    {
        string[] arguments = ["train", "--B", "16", "--max-iters", "5", "--threads", "1", .. settings, "--out", folder[name]];
        Assert.Equal(0, Invocation.Of(arguments).ExitCode);
    }

    private static string Page(TemporaryFolder folder, string name)
    {
        Invocation invocation = Invocation.Of("report", folder[name], "--out", folder["page.html"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Equal(folder["page.html"], invocation.Out.Trim());
        return File.ReadAllText(folder["page.html"]);
    }

    private static JsonElement Data(string page, string panel)
    {
        Match match = Regex.Match(page, $"<div class=\"panel {panel}\">.*?class=\"data\">(.*?)</script>", RegexOptions.Singleline);
        return JsonSerializer.Deserialize<JsonElement>(match.Groups[1].Value);
    }

    private static string?[] Texts(JsonElement list, string name)
        => [.. list.EnumerateArray().Select(element => element.GetProperty(name).GetString())];
}
