using System.Globalization;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>Sweeps on this machine: points, folder, table, and what becomes of both when processes are killed or meet.</summary>
public class SweepTests
{
    private const string Header = "loss,standardError,leastLoss,floor,excess,seconds";

    private static readonly string[] Small =
        ["--B", "16", "--n-layer", "1", "--max-iters", "30", "--prompts", "500", "--jobs", "2"];

    [Fact]
    public void Points_are_the_product_of_lists_and_ranges_and_the_table_has_a_row_for_each_with_the_score_that_plot_loss_gives()
    {
        using TemporaryFolder folder = new();
        string sweep = folder["sweep"];
        Invocation made = Invocation.Of(["sweep", "--over", "d=2,3", "--over", "sd=0..2", .. Small, "--out", sweep]);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("points      6", made.Lines);
        string[][] table = Table(sweep);
        Assert.Equal($"run,status,d,sd,{Header}", string.Join(',', table[0]));
        Assert.Equal(["2 0", "2 1", "2 2", "3 0", "3 1", "3 2"], table.Skip(1).Select(row => $"{row[2]} {row[3]}"));
        Assert.All(table.Skip(1), row => Assert.Equal("finished", row[1]));

        // Theorem 1 at Σ = I: d (1 − N/(N + d + 1)).
        Assert.Equal(2 * 3 / 23.0, Number(table[1][7]), 12);
        Assert.Equal(Number(table[1][4]) / Number(table[1][7]), Number(table[1][8]), 12);
        Invocation plot = Invocation.Of(
            "plot", "loss", Path.Combine(sweep, table[1][0]), "--prompts", "500", "--out", folder["figure.svg"],
            "--data", folder["loss.csv"]);
        Assert.True(plot.ExitCode == 0, plot.Error);
        string[] last = File.ReadLines(folder["loss.csv"]).Last().Split(',');
        Assert.Equal(("30", last[2], last[6]), (last[0], table[1][4], table[1][5]));
        Assert.True(Number(table[1][6]) <= Number(table[1][4]));
    }

    [Fact]
    public void Settings_go_along_with_one_another_when_zipped_or_in_a_file_and_parts_keep_their_values()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["points.csv"], "alg,betas\nsgd,\"0.9,0.9\"\nadam,\"0.8,0.95\"\nadam,\"0.9,0.9\"\n");
        Invocation made = Invocation.Of([
            "sweep", "--points", folder["points.csv"], "--zip", "covariance=identity,spectrum:1,2", "--zip", "lr=0.01,0.02", "--d", "2",
            .. Small, "--no-run", "--out", folder["sweep"]]);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Equal(["sweep.json", "sweep.lock"], Entries(folder["sweep"]));
        Assert.Equal(0, Invocation.Of("sweep", "collect", folder["sweep"]).ExitCode);
        string[] lines = File.ReadAllLines(Path.Combine(folder["sweep"], "table.csv"));
        Assert.Equal($"run,status,alg,betas,covariance,lr,{Header}", lines[0]);
        Assert.Equal(7, lines.Length);
        Assert.EndsWith(",new,sgd,\"0.9,0.9\",identity,0.01,,,,,,", lines[1]);
        Assert.EndsWith(",new,adam,\"0.8,0.95\",\"spectrum:1,2\",0.02,,,,,,", lines[4]);
        Assert.Equal(6, lines.Skip(1).Select(line => line.Split(",new,")[0]).Distinct().Count());
    }

    [Fact]
    public void More_values_add_points_and_no_run_that_is_there_is_touched()
    {
        using TemporaryFolder folder = new();
        string sweep = folder["sweep"];
        Assert.Equal(0, Invocation.Of(["sweep", "--over", "d=2,3", "--over", "sd=0,1", .. Small, "--out", sweep]).ExitCode);
        Dictionary<string, DateTime> before = Times(sweep);
        Invocation more = Invocation.Of(["sweep", "--over", "d=2,3,4", "--over", "sd=0..2", .. Small, "--out", sweep]);
        Assert.True(more.ExitCode == 0, more.Error);
        Assert.Contains("points      9, 4 of them done before", more.Lines);
        Assert.DoesNotContain("with the settings of another", more.Error);
        Assert.Equal(10, Table(sweep).Length);
        Dictionary<string, DateTime> after = Times(sweep);
        Assert.All(before, file => Assert.Equal(file.Value, after[file.Key]));

        // Another setting may vary too: the points that are there already keep their names.
        Invocation wider = Invocation.Of(["sweep", "--over", "d=2", "--over", "sd=0", "--over", "lr=0.02,0.05", .. Small, "--out", sweep]);
        Assert.True(wider.ExitCode == 0, wider.Error);
        Assert.DoesNotContain("with the settings of another", wider.Error);
        string[][] table = Table(sweep);
        Assert.Equal(["d", "sd", "lr"], table[0][2..5]);
        Assert.Equal(11, table.Length);
        Assert.Equal(["runs/d=2_sd=0", "runs/d=2_sd=0_lr=0.05"], table.Where(row => row[2] == "2" && row[3] == "0").Select(row => row[0]));

        // The folder alone says what it is.
        Invocation again = Invocation.Of("sweep", "--out", sweep, "--json");
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("\"points\":10,\"done\":10,", again.Lines[0]);
    }

    [Theory]
    [InlineData("--sd is -1: it must be from 0 to 4294967295", "--over", "sd=0,-1")]
    [InlineData("--over is layers: it must be the name of an option of lintf train", "--over", "layers=1,2")]
    [InlineData("--over is d: it must be NAME=V1,V2", "--over", "d")]
    [InlineData("--d is 4..2: it must be a range", "--over", "d=4..2")]
    [InlineData("--zip is lr=1,2,3: it must be of 2 values", "--zip", "d=2,3", "--zip", "lr=1,2,3")]
    [InlineData("--over is d: it must be named once", "--over", "d=2", "--over", "d=3")]
    [InlineData("--d is 3: it must be left out where it varies", "--over", "d=2,4", "--d", "3")]
    [InlineData("--shard is 3/2: it must be i/n", "--over", "d=2", "--shard", "3/2")]
    [InlineData("--keep is some: it must be last, history", "--over", "d=2", "--keep", "some")]
    [InlineData("--jobs is 0: it must be from 1", "--over", "d=2", "--jobs", "0")]
    [InlineData("the sweep has 1000000 points: it must have at most 100000", "--over", "sd=0..999", "--over", "d=1..1000")]
    [InlineData("sweep needs --over", "--d", "3")]
    [InlineData("--lr is 0.1..0.5: it must be a range whose steps", "--over", "lr=0.1..0.5")]
    public void A_wrong_value_is_named_in_a_line_before_anything_is_written(string message, params string[] options)
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of(["sweep", .. options, "--out", folder["sweep"]]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Single(invocation.Error.TrimEnd().Split('\n'));
        Assert.Contains(message, invocation.Error);
        Assert.False(Directory.Exists(folder["sweep"]));
    }

    [Fact]
    public void What_is_fixed_stays_and_a_folder_of_something_else_is_refused()
    {
        using TemporaryFolder folder = new();
        string[] command = ["sweep", "--over", "d=2", .. Small, "--no-run", "--out"];
        Assert.Equal(0, Invocation.Of([.. command, folder["sweep"]]).ExitCode);
        string before = File.ReadAllText(Path.Combine(folder["sweep"], "sweep.json"));
        Invocation other = Invocation.Of([.. command, folder["sweep"], "--lr", "0.5"]);
        Assert.Equal(2, other.ExitCode);
        Assert.Contains("--lr is 0.5, and left out in the sweep", other.Error);
        Invocation preset = Invocation.Of([.. command, folder["sweep"], "--config", "rotation"]);
        Assert.Equal(2, preset.ExitCode);
        Assert.Equal(before, File.ReadAllText(Path.Combine(folder["sweep"], "sweep.json")));
        Directory.CreateDirectory(folder["other"]);
        File.WriteAllText(folder["other/notes.txt"], "");
        Invocation strange = Invocation.Of([.. command, folder["other"]]);
        Assert.Equal(2, strange.ExitCode);
        Assert.Contains("is not empty and holds no sweep", strange.Error);
        Assert.Equal(2, Invocation.Of("sweep", "collect", folder["nothing"]).ExitCode);
        File.WriteAllText(Path.Combine(folder["sweep"], "sweep.json"), before.Replace("\"version\": 1", "\"version\": 2"));
        Assert.Contains("take a newer program", Invocation.Of("sweep", "collect", folder["sweep"]).Error);
    }

    [Fact]
    public void Points_with_the_settings_of_others_are_there_once_and_options_without_effect_are_named()
    {
        using TemporaryFolder folder = new();
        Invocation made = Invocation.Of([
            "sweep", "--over", "alg=sgd,adam", "--over", "momentum=0,0.9", "--shape-k", "3", .. Small, "--no-run",
            "--out", folder["sweep"]]);
        Assert.True(made.ExitCode == 0, made.Error);
        Assert.Contains("points      3", made.Lines);
        Assert.Contains("1 point with the settings of another", made.Error);
        Assert.Contains("--shape-k has no effect on this run", made.Error);
        Assert.DoesNotContain("--momentum", made.Error);
    }

    [Fact]
    public void Diverged_and_failed_runs_are_rows_and_the_others_are_run()
    {
        using TemporaryFolder folder = new();
        string sweep = folder["sweep"];
        Invocation made = Invocation.Of([
            "sweep", "--over", "lr=0.02,1e30", "--over", $"init=none,{folder["missing"]}", "--d", "2", "--alg", "sgd", "--toclip", "false",
            .. Small, "--out", sweep]);
        Assert.Equal(1, made.ExitCode);
        Assert.Contains("2 points could not be run; the first is lr=0.02_init=", made.Error);
        string[][] table = Table(sweep);
        Assert.Equal(["finished", "failed", "diverged", "failed"], table.Skip(1).Select(row => row[1]));
        Assert.NotEqual("", table[1][4]);
        Assert.Equal("", table[3][4]);
        Assert.NotEqual("", table[3][6]);

        // A run that could not be made is tried again.
        Assert.Equal(0, Invocation.Of("train", "--n-layer", "1", "--d", "2", "--max-iters", "1", "--out", folder["missing"]).ExitCode);
        Assert.Equal(0, Invocation.Of("sweep", "--out", sweep).ExitCode);
        Assert.Equal(["finished", "finished", "diverged", "diverged"], Table(sweep).Skip(1).Select(row => row[1]));
        Assert.Empty(Directory.GetFiles(Path.Combine(sweep, "failed")));
    }

    [Fact]
    public void Shares_are_all_points_and_none_twice_and_collect_scores_what_was_not_scored()
    {
        using TemporaryFolder folder = new();
        string[] command = ["sweep", "--over", "d=2,3", "--over", "sd=0..3", .. Small, "--out"];
        Assert.Equal(0, Invocation.Of([.. command, folder["whole"]]).ExitCode);
        foreach (string share in (string[])["1/3", "3/3", "2/3"])
        {
            Invocation part = Invocation.Of([.. command, folder["parts"], "--shard", share]);
            Assert.True(part.ExitCode == 0, part.Error);
            Assert.Contains(share == "3/3" ? ": 2 finished in" : ": 3 finished in", part.Lines[^1]);
        }

        Assert.False(File.Exists(folder["parts/table.csv"]));
        File.Delete(folder["parts/runs/d=2_sd=1/score.json"]);
        Assert.Equal(0, Invocation.Of("sweep", "collect", folder["parts"], "--means").ExitCode);
        Assert.Equal(WithoutSeconds(folder["whole"]), WithoutSeconds(folder["parts"]));
        Assert.True(File.Exists(folder["parts/runs/d=2_sd=1/score.json"]));

        string[][] means = [.. File.ReadLines(folder["parts/means.csv"]).Select(line => line.Split(','))];
        Assert.Equal("d,runs,finished,diverged,loss,standardError,leastLoss,floor,excess,excessError,seconds", string.Join(',', means[0]));
        double[] losses = [.. Table(folder["parts"]).Skip(1).Take(4).Select(row => Number(row[4]))];
        double mean = losses.Sum() / 4;
        Assert.Equal(("2", "4", "4", "0"), (means[1][0], means[1][1], means[1][2], means[1][3]));
        Assert.Equal(mean, Number(means[1][4]), 12);
        Assert.Equal(Math.Sqrt(losses.Sum(loss => Math.Pow(loss - mean, 2)) / 3 / 4), Number(means[1][5]), 12);
    }

    [Fact]
    public void Runs_of_one_seed_that_refresh_their_batches_have_the_bits_of_train()
    {
        using TemporaryFolder folder = new();
        string[] options = ["--resample-every", "1", "--B", "16", "--max-iters", "20", "--keep", "history", "--prompts", "100"];
        Assert.Equal(0, Invocation.Of([
            "sweep", "--over", "N=4..19", "--d", "3", .. options, "--jobs", "1", "--out", folder["sweep"]]).ExitCode);
        foreach (string n in (string[])["4", "11", "19"])
        {
            Assert.Equal(0, Invocation.Of("train", "--N", n, "--d", "3", "--resample-every", "1", "--B", "16", "--max-iters", "20",
                "--out", folder[n]).ExitCode);
            foreach (string file in (string[])["history.safetensors", "metrics.jsonl", "config.json"])
            {
                Assert.Equal(File.ReadAllBytes(folder[$"{n}/{file}"]), File.ReadAllBytes(folder[$"sweep/runs/N={n}/{file}"]));
            }
        }
    }

    [Fact]
    public void A_point_is_a_run_like_any_other_and_goes_on_for_more_iterations()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of(["sweep", "--over", "d=2", .. Small, "--keep", "last", "--out", folder["sweep"]]).ExitCode);
        string run = folder["sweep/runs/d=2"];
        History<float> history = RunDirectory.Load(run).ReadHistory<float>();
        Assert.Equal([0L, 30L], history.Iterations);
        Invocation longer = Invocation.Of(
            "train", "--config", run, "--max-iters", "40", "--out", run);
        Assert.True(longer.ExitCode == 0, longer.Error);
        Assert.Equal(0, Invocation.Of("eval", run, "--prompts", "100", "--no-floors").ExitCode);

        // It is another run now than the sweep's, and its score is no longer that of the folder.
        Invocation again = Invocation.Of("sweep", "--out", folder["sweep"]);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("holds this run with max-iters 40", again.Error);
    }

    [Fact]
    public void A_sweep_that_is_killed_again_and_again_ends_with_the_table_of_one_that_never_was()
    {
        using TemporaryFolder folder = new();
        string[] command = ["sweep", "--over", "d=2,3", "--over", "sd=0..5", "--B", "64", "--max-iters", "150", "--prompts", "2000",
            "--save-every", "0.02", "--jobs", "2", "--out"];
        Assert.Equal(0, Invocation.Of([.. command, folder["whole"]]).ExitCode);
        System.Random moments = new(7);
        for (int kill = 0; kill < 5; kill++)
        {
            using RunningProgram program = new([.. command, folder["killed"]]);
            for (int i = 0; i < 4; i++)
            {
                program.ReadLine();
            }

            Thread.Sleep(moments.Next(400));
            program.Kill();
            if (File.Exists(folder["killed/sweep.json"]))
            {
                Invocation collected = Invocation.Of("sweep", "collect", folder["killed"]);
                Assert.True(collected.ExitCode == 0, collected.Error);
                Assert.Equal(13, Table(folder["killed"]).Length);
            }
        }

        Invocation last = Invocation.Of([.. command, folder["killed"]]);
        Assert.True(last.ExitCode == 0, last.Error);
        Assert.Equal(WithoutSeconds(folder["whole"]), WithoutSeconds(folder["killed"]));
    }

    [Fact]
    public void Processes_on_one_folder_share_its_points_and_train_none_of_them_twice()
    {
        using TemporaryFolder folder = new();
        string[] command = ["sweep", "--over", "d=2,3", "--over", "sd=0..7", "--B", "64", "--max-iters", "150", "--prompts", "1000",
            "--jobs", "1", "--out"];
        Assert.Equal(0, Invocation.Of([.. command, folder["whole"]]).ExitCode);
        RunningProgram[] programs = [.. Enumerable.Range(0, 3).Select(_ => new RunningProgram([.. command, folder["shared"]]))];
        try
        {
            (int ExitCode, string Error)[] ends = [.. programs.Select(program => program.Finish())];
            Assert.All(ends, end => Assert.True(end.ExitCode == 0, end.Error));
        }
        finally
        {
            Array.ForEach(programs, program => program.Dispose());
        }

        Assert.Equal(0, Invocation.Of([.. command, folder["shared"]]).ExitCode);
        Assert.Equal(WithoutSeconds(folder["whole"]), WithoutSeconds(folder["shared"]));
        Assert.All(Directory.GetDirectories(folder["shared/runs"]), run => Assert.Equal(6, Directory.GetFiles(run).Length));
    }

    [Fact]
    public void A_plan_alone_writes_nothing()
    {
        using TemporaryFolder folder = new();
        Invocation plan = Invocation.Of(["sweep", "--over", "sd=0..9", .. Small, "--plan", "--json", "--out", folder["sweep"]]);
        Assert.Equal(0, plan.ExitCode);
        Assert.Matches("^\\{\"plan\":true,\"points\":10,\"done\":0,\"iterations\":300,\"jobs\":2,\"seconds\":[0-9.]+,\"bytes\":[0-9]+\\}$",
            Assert.Single(plan.Lines));
        Assert.False(Directory.Exists(folder["sweep"]));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string[][] Table(string sweep)
        => [.. File.ReadLines(Path.Combine(sweep, "table.csv")).Select(line => line.Split(','))];

    /// <summary>The table as it is, but for its last column: how long a run took is no matter of its settings.</summary>
    private static string WithoutSeconds(string sweep)
        => string.Concat(File.ReadLines(Path.Combine(sweep, "table.csv")).Select(line => line[..line.LastIndexOf(',')] + "\n"));

    private static string[] Entries(string folder)
        => [.. Directory.GetFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).Order(StringComparer.Ordinal)];

    private static Dictionary<string, DateTime> Times(string sweep)
        => Directory.GetFiles(Path.Combine(sweep, "runs"), "*", SearchOption.AllDirectories)
            .ToDictionary(file => file, File.GetLastWriteTimeUtc);
}
