using System.Text.Json;
using System.Text.RegularExpressions;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments.Watching;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>lintf watch on runs that have ended, on some that are being written, and on some that come later.</summary>
public partial class WatchTests
{
    private static readonly string[] Keys =
    [
        "path", "status", "problem", "iterations", "maxIterations", "loss", "gradientNorm", "floor", "floorName", "learningRate",
        "iterationsPerSecond", "seconds", "secondsLeft",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static string[] Command(string path, params string[] options) => Command(path, 60, options);

    private static string[] Command(string path, int iterations, params string[] options)
        => ["train", "--B", "50", "--max-iters", $"{iterations}", "--threads", "1", .. options, "--out", path];

    /// <summary>A run that would take hours.</summary>
    private static string[] Long(string path) => Command(path, 1_000_000_000, "--hist-stride", "1000000000", "--log-every", "1000000");

    [Fact]
    public void Every_run_is_shown_with_its_status_and_its_numbers_and_a_damaged_one_among_them()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of(Command(folder["runs/a"])).ExitCode);
        Assert.Equal(3, Invocation.Of(Command(folder["runs/b"], "--alg", "sgd", "--lr", "1000", "--toclip", "false")).ExitCode);
        Assert.Equal(130, Invocation.Of(new CancellationToken(canceled: true), Command(folder["runs/deep/c"])).ExitCode);
        Directory.CreateDirectory(folder["runs/e"]);
        File.WriteAllText(folder["runs/e/config.json"], "{");
        Assert.Equal(0, Invocation.Of(Command(folder["runs/f"])).ExitCode);
        File.WriteAllText(folder["runs/f/metrics.jsonl"], "{\"iteration\":0");

        Invocation watched = Invocation.Of("watch", folder["runs"], "--once", "--json");
        Assert.Equal(0, watched.ExitCode);
        Assert.Empty(watched.Error);
        JsonElement[] lines = Parse(watched);
        Assert.All(lines, line => Assert.Equal(Keys, line.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(
            ["finished", "diverged", "interrupted", "damaged", "damaged"], lines.Select(line => line.GetProperty("status").GetString()));
        RunDirectory run = RunDirectory.Load(folder["runs/a"]);
        LogLine last = run.ReadLog()[^1];
        Assert.Equal((60, 60), (lines[0].GetProperty("iterations").GetInt32(), lines[0].GetProperty("maxIterations").GetInt32()));
        Assert.Equal((last.Loss, last.GradientNorm, 0.02, run.Seconds), (Number(lines[0], "loss"), Number(lines[0], "gradientNorm"),
            Number(lines[0], "learningRate"), Number(lines[0], "seconds")));
        Assert.Equal(60 / run.Seconds, Number(lines[0], "iterationsPerSecond"), 1e-9 * 60 / run.Seconds);
        Assert.Equal("GD++", lines[0].GetProperty("floorName").GetString());
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("secondsLeft").ValueKind);
        JsonElement exact = Parse(Invocation.Of("theory", "--json")).Last(
            row => row.GetProperty("family").GetString() == "gd++" && row.GetProperty("layers").GetInt32() == 3);
        Assert.Equal(Number(exact, "loss"), Number(lines[0], "floor"), 1e-12);
        Assert.Contains("config.json", lines[3].GetProperty("problem").GetString());
        Assert.Contains("metrics.jsonl, line 1", lines[4].GetProperty("problem").GetString());
        Assert.All(Keys[3..], key => Assert.Equal(JsonValueKind.Null, lines[3].GetProperty(key).ValueKind));

        string[] plain = Invocation.Of("watch", folder["runs"], "--once").Lines;
        Assert.Matches(
            "/a: finished, 60/60, loss [0-9.]+, gradient norm [0-9.]+, floor 0.0009613, learning rate 0.02, [0-9.]+ it/s$", plain[0]);
        Assert.Matches("/b: diverged, [0-9]+/60, ", plain[1]);
        Assert.Matches("/c: interrupted, 0/60", plain[2]);
        Assert.Matches("/e: damaged: .*config.json", plain[3]);
    }

    [Fact]
    public void A_run_that_is_being_written_is_shown_as_it_is_and_not_as_it_was_saved_and_once_killed_it_is_interrupted()
    {
        using TemporaryFolder folder = new();
        using RunningProgram program = new([.. Long(folder["run"]), "--save-every", "3600"]);
        JsonElement seen = Next(folder["run"], line => line.GetProperty("iterations").GetInt32() > 0);
        Assert.Equal("running", seen.GetProperty("status").GetString());
        Assert.All(["loss", "gradientNorm", "iterationsPerSecond", "seconds", "secondsLeft"], key => Assert.True(Number(seen, key) > 0));
        Assert.False(RunDirectory.Load(folder["run"]).HasState);
        int first = seen.GetProperty("iterations").GetInt32();
        Next(folder["run"], line => line.GetProperty("iterations").GetInt32() > first);

        Assert.True(program.Kill());
        Assert.True(File.Exists(folder["run/progress.jsonl"]));
        JsonElement left = Parse(Invocation.Of("watch", folder["run"], "--once", "--json"))[0];
        Assert.Equal(("interrupted", 0), (left.GetProperty("status").GetString(), left.GetProperty("iterations").GetInt32()));
    }

    [Fact]
    public async Task A_watch_that_begins_before_its_runs_sees_them_come_and_go_and_ends_with_the_last_and_leaves_their_bytes_alone()
    {
        using TemporaryFolder folder = new();
        const int Iterations = 3000;
        Assert.Equal(0, Invocation.Of(Command(folder["alone"], Iterations)).ExitCode);
        Task<Invocation>[] watches = [.. ((string[][])[["--json"], [], ["--html", folder["deep/page.html"]]])
            .Select(more => Task.Run(() => Invocation.Of(["watch", folder["runs"], .. more])))];
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        using (RunningProgram first = new([.. Command(folder["runs/a"], Iterations), "--save-every", "0.01"]))
        {
            while (!RunDirectory.IsRun(folder["runs/a"]))
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }

            using RunningProgram second = new(Command(folder["runs/b"], Iterations));
            Assert.Equal(0, first.Finish().ExitCode);
            Assert.Equal(0, second.Finish().ExitCode);
        }

        Invocation[] ends = await Task.WhenAll(watches).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.All(ends, end => Assert.Equal((0, ""), (end.ExitCode, end.Error)));
        JsonElement[] lines = Parse(ends[0]);
        foreach (string run in (string[])["a", "b"])
        {
            JsonElement last = lines.Last(line => line.GetProperty("path").GetString() == folder[$"runs/{run}"]);
            Assert.Equal("finished", last.GetProperty("status").GetString());
            string finished = $"{folder[$"runs/{run}"]}: finished, 3000/3000";
            Assert.Contains(ends[1].Lines, line => line.StartsWith(finished, StringComparison.Ordinal));
            Assert.Equal(5, Directory.GetFileSystemEntries(folder[$"runs/{run}"]).Length);
            foreach (string file in (string[])["history.safetensors", "metrics.jsonl", "config.json"])
            {
                Assert.Equal(File.ReadAllBytes(folder[$"alone/{file}"]), File.ReadAllBytes(folder[$"runs/{run}/{file}"]));
            }
        }

        string page = File.ReadAllText(folder["deep/page.html"]);
        Assert.Contains("<title>2 finished · lintf watch</title>", page);
        Assert.Contains("All runs have ended.", page);
        Assert.Equal(4, CurvePath().Count(page));
        Assert.Equal(["page.html"], Directory.GetFiles(folder["deep"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task An_interrupted_run_is_waited_for_until_Ctrl_C()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        Assert.Equal(130, Invocation.Of(new CancellationToken(canceled: true), Command(folder["run"])).ExitCode);
        Task<Invocation> watch = Task.Run(() => Invocation.Of(stop.Token, "watch", folder["run"], "--html", folder["page.html"]));
        while (!File.Exists(folder["page.html"]))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Contains("http-equiv=\"refresh\"", File.ReadAllText(folder["page.html"]));
        await Task.Delay(1200, TestContext.Current.CancellationToken);
        Assert.False(watch.IsCompleted);
        await stop.CancelAsync();
        Invocation end = await watch.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal((130, "lintf: the watch has ended; the runs go on\n"), (end.ExitCode, end.Error));
        Assert.Matches("^.*/run: interrupted, 0/60", end.Lines[0]);
        Assert.DoesNotContain("http-equiv", File.ReadAllText(folder["page.html"]));
    }

    [Fact]
    public void A_run_of_a_program_with_parts_of_its_own_is_watched_too()
    {
        using TemporaryFolder folder = new();
        TrainingSettings settings = new() { BatchSize = 20, MaxIterations = 3, Covariates = new OwnCovariates() };
        using (RunDirectory directory = RunDirectory.Open(folder["run"], settings))
        {
            RecordedRun.Continue<float>(directory);
        }

        JsonElement line = Parse(Invocation.Of("watch", folder["run"], "--once", "--json"))[0];
        Assert.Equal(("finished", JsonValueKind.Null), (line.GetProperty("status").GetString(), line.GetProperty("floor").ValueKind));
    }

    [Fact]
    public void Nothing_of_a_run_that_is_watched_changes()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(0, Invocation.Of(Command(folder["run"])).ExitCode);
        (string, DateTime, DateTime)[] before = Files();
        Assert.Equal(0, Invocation.Of("watch", folder["run"], "--html", folder["page.html"]).ExitCode);
        Assert.Equal(before, Files());

        (string, DateTime, DateTime)[] Files()
            => [.. Directory.GetFiles(folder["run"]).Append(folder["run"]).Order(StringComparer.Ordinal)
                .Select(path => (path, File.GetLastWriteTimeUtc(path), File.GetCreationTimeUtc(path)))];
    }

    [Fact]
    public void A_terminal_gets_a_table_that_is_drawn_over_itself()
    {
        using StringWriter output = new();
        Terminal terminal = new(output, TextWriter.Null, IsErrorInteractive: true, CancellationToken.None) { Window = () => (80, 24) };
        WatchScreen screen = new(terminal, json: false);
        screen.Show([View(0)], " still");
        int first = output.ToString().Length;
        screen.Show([View(0)], "");
        Assert.Equal(3, output.ToString()[..first].Count(c => c == '\n'));
        Assert.EndsWith(" still\e[K\n\e[J", output.ToString()[..first], StringComparison.Ordinal);
        Assert.StartsWith("\e[3A\r", output.ToString()[first..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 5)]
    [InlineData(80, 10)]
    [InlineData(100, 24)]
    [InlineData(300, 100)]
    public void A_table_fits_into_the_terminal_and_says_how_many_runs_it_leaves_out(int width, int height)
    {
        RunView[] runs =
        [
            .. Enumerable.Range(0, 40).Select(View),
            new("runs/a/path/that/is/longer/than/what/there/is/room/for/on/a/line/damaged", WatchStatus.Damaged) { Problem = "a\nb" },
        ];
        IReadOnlyList<string> lines = WatchTable.Lines(runs, (width, height), "");
        Assert.InRange(lines.Count, 3, height - 1);
        Assert.All(lines, line => Assert.InRange(line.Length, 0, width - 1));
        Assert.All(lines, line => Assert.DoesNotContain('\n', line));
        if (height < 40)
        {
            // The one that is running is there, though it is the last but one.
            Assert.Contains(lines, line => line.StartsWith("run39", StringComparison.Ordinal));
            Assert.Contains(lines, line => line.StartsWith("… ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_table_has_every_number_under_its_heading()
    {
        IReadOnlyList<string> lines = WatchTable.Lines([View(39), View(7)], (120, 24), "");
        Assert.Equal(
            ["run", "status", "iteration", "loss", "gradient", "floor", "lr", "it/s", "left"], Between().Split(lines[0]));
        Assert.Equal(["run39", "running", "250/1000", "0.5", "1.25e-5", "0.001", "0.02", "0.52", "24 min 02 s"], Between().Split(lines[1]));
        Assert.Equal(["run7", "finished", "250/1000", "0.5", "1.25e-5", "0.001", "0.02", "0.52", "–"], Between().Split(lines[2]));
        Assert.Equal("1 running, 1 finished", lines[3]);
    }

    [Fact]
    public void What_cannot_be_watched_is_said_in_a_line()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["file"], "");
        Refused("is a file: it must be a run's, or one with runs below it, now or later", folder["file"]);
        Refused("a run's folder is empty: it must be a run's", "");
        Refused("there is no folder", folder["nowhere"], "--once");
        Refused("holds no run", folder[""], "--once");
        Refused($"--html is {folder[""]}, a folder: it must be a file", folder[""], "--html", folder[""]);

        static void Refused(string message, params string[] arguments)
        {
            Invocation invocation = Invocation.Of(["watch", .. arguments]);
            Assert.Equal(2, invocation.ExitCode);
            Assert.Contains(message, Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
            Assert.Empty(invocation.Out);
        }
    }

    private static RunView View(int i) => new($"run{i}", i == 39 ? WatchStatus.Running : WatchStatus.Finished)
    {
        Iterations = 250,
        MaxIterations = 1000,
        Loss = 0.5,
        GradientNorm = 1.25e-5,
        Floor = 1e-3,
        LearningRate = 0.02,
        IterationsPerSecond = 0.52,
    };

    /// <summary>Looks at a run until it is as it should be.</summary>
    private static JsonElement Next(string path, Func<JsonElement, bool> isThere)
    {
        for (long start = Environment.TickCount64; Environment.TickCount64 - start < Patience.TotalMilliseconds; Thread.Sleep(100))
        {
            if (RunDirectory.IsRun(path) && Parse(Invocation.Of("watch", path, "--once", "--json")) is [{ } line] && isThere(line))
            {
                return line;
            }
        }

        throw new TimeoutException(path);
    }

    private static JsonElement[] Parse(Invocation invocation)
        => [.. invocation.Lines.Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    private static double Number(JsonElement line, string key) => line.GetProperty(key).GetDouble();

    [GeneratedRegex("class=\"curve\"")]
    private static partial Regex CurvePath();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Between();

    [Part("own", "normal")]
    private sealed record OwnCovariates : CovariateLaw;
}
