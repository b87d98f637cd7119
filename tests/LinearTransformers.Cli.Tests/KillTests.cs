using System.Diagnostics;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>
/// Runs whose process is killed: at moments that a seed chooses, a hundred kills in all, and at each change of the folder.
/// </summary>
public class KillTests
{
    private const int Kills = 5;
    private const int AtOnce = 2;

    [Theory]
    [InlineData(1, "--alg adam --threads 1")]
    [InlineData(2, "--alg sgd --threads 2")]
    [InlineData(3, "--alg adam --covariance rotated --resample-every 10 --clip-scope matrix --threads 2")]
    [InlineData(4, "--alg lbfgs --covariance rotated --resample-every 0 --threads 1")]
    [InlineData(5, "--alg sgd --mode gamma --hist-stride 7 --threads 2")]
    [InlineData(6, "--model nonlinear-regression --threads 2")]
    [InlineData(7, "--stream native --alg adam --threads 2")]
    [InlineData(8, "--stream native --alg sgd --mode sphere --threads 1")]
    [InlineData(9, "--stream native --alg lbfgs --lr 0.005 --resample-every 20 --threads 2")]
    [InlineData(10, "--precision double --activation softmax --threads 2")]
    public void A_run_that_is_killed_again_and_again_ends_as_one_that_never_was(int seed, string options)
    {
        using TemporaryFolder folder = new();
        string[] command = ["train", "--B", "64", "--max-iters", "60", "--log-every", "1", "--json", .. options.Split(' ')];
        Assert.Equal(0, Invocation.Of([.. command, "--out", folder["whole"]]).ExitCode);
        Parallel.For(0, AtOnce, lane =>
        {
            System.Random moments = new((AtOnce * seed) + lane);
            int kills = 0;
            int farthest = 0;
            for (int run = 0; kills < Kills; run++)
            {
                string path = folder[$"killed{lane}-{run}"];
                while (kills < Kills && IsKilled([.. command, "--save-every", "0", "--out", path], Reached(path), moments))
                {
                    kills++;
                    AssertReadable(path);
                    farthest = Math.Max(farthest, Reached(path));
                }

                Assert.Equal(0, Invocation.Of([.. command, "--out", path]).ExitCode);
                foreach (string file in (string[])["history.safetensors", "metrics.jsonl", "config.json"])
                {
                    Assert.Equal(File.ReadAllBytes(Path.Combine(folder["whole"], file)), File.ReadAllBytes(Path.Combine(path, file)));
                }

                Assert.Equal(5, Directory.GetFileSystemEntries(path).Length);
            }

            Assert.InRange(farthest, 1, 59);
        });
    }

    /// <summary>
    /// Killed by the system-call tracer as it is about to give a file its name, or to delete one: the first, the second, and so on to the
    /// last.
    /// </summary>
    [Theory]
    [InlineData("rename", 6)]
    [InlineData("unlink", 2)]
    public void A_run_that_is_killed_before_any_change_of_its_folder_leaves_nothing_behind_once_it_has_ended(string call, int calls)
    {
        using TemporaryFolder folder = new();
        string[] command = ["train", "--B", "16", "--d", "2", "--n-layer", "1", "--max-iters", "6", "--threads", "1", "--out"];
        Assert.Equal(0, Invocation.Of([.. command, folder["whole"]]).ExitCode);
        int changes = 0;
        for (bool isKilled = true; isKilled; changes++)
        {
            string path = folder[$"run{changes}"];
            isKilled = IsKilledBefore(call, changes + 1, [.. command, path]);
            AssertReadable(path);
            Invocation ended = Invocation.Of([.. command, path]);
            Assert.True(ended.ExitCode == 0, ended.Error);
            Assert.Equal(
                ["config.json", "environment.json", "history.safetensors", "metrics.jsonl", "state.safetensors"],
                Directory.GetFileSystemEntries(path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
            Assert.Equal(File.ReadAllBytes(folder["whole/history.safetensors"]),
                File.ReadAllBytes(Path.Combine(path, "history.safetensors")));
        }

        // The note, the configuration and four files of the run get their names; at the end note and lock are deleted. The last attempt was
        // not killed; the runtime may have calls of its own.
        Assert.InRange(changes, calls + 1, calls + 20);
    }

    /// <summary>At each change of the folder of a finished run that goes on for more iterations.</summary>
    [Fact]
    public void A_run_that_is_killed_as_it_goes_on_is_the_shorter_one_finished_or_the_longer_one_and_ends_as_that()
    {
        using TemporaryFolder folder = new();
        string[] command = ["train", "--B", "16", "--d", "2", "--n-layer", "1", "--hist-stride", "4", "--threads", "1"];
        string[] shorter = [.. command, "--max-iters", "6", "--out"];
        string[] longer = [.. command, "--max-iters", "9", "--out"];
        Assert.Equal(0, Invocation.Of([.. longer, folder["whole"]]).ExitCode);
        HashSet<string> seen = [];
        int changes = 0;
        for (bool isKilled = true; isKilled; changes++)
        {
            string path = folder[$"run{changes}"];
            Assert.Equal(0, Invocation.Of([.. shorter, path]).ExitCode);
            isKilled = IsKilledBefore("rename", changes + 1, [.. longer, path]);
            AssertReadable(path);
            RunDirectory left = RunDirectory.Load(path);
            seen.Add($"{left.Status} at {left.Iteration} of {left.Settings.MaxIterations}");
            Invocation ended = Invocation.Of([.. longer, path]);
            Assert.True(ended.ExitCode == 0, ended.Error);
            foreach (string file in (string[])["history.safetensors", "metrics.jsonl", "config.json"])
            {
                Assert.Equal(File.ReadAllBytes(folder[$"whole/{file}"]), File.ReadAllBytes(Path.Combine(path, file)));
            }

            Assert.Equal(5, Directory.GetFileSystemEntries(path).Length);
        }

        Assert.Equal(["Finished at 6 of 6", "Finished at 9 of 9", "Unfinished at 6 of 9"], seen.Order(StringComparer.Ordinal));
        Assert.InRange(changes, 7, 26);
    }

    [Fact]
    public void A_run_that_is_killed_after_it_has_said_how_far_it_is_leaves_that_behind_and_ends_as_one_that_never_was()
    {
        using TemporaryFolder folder = new();
        string[] command = ["train", "--B", "64", "--max-iters", "20000", "--hist-stride", "1000", "--threads", "1"];
        Assert.Equal(0, Invocation.Of([.. command, "--out", folder["whole"]]).ExitCode);
        string progress = folder["run/progress.jsonl"];
        bool isKilled = false;
        for (int attempt = 0; attempt < Kills && !isKilled; attempt++)
        {
            using RunningProgram program = new([.. command, "--save-every", "0.3", "--out", folder["run"]]);
            isKilled = WaitFor(progress) && program.Kill();
        }

        Assert.SkipUnless(isKilled, "the run was over before it was killed");
        Assert.NotNull(ProgressLine.Read(File.ReadLines(progress).First()));
        AssertReadable(folder["run"]);
        Assert.Equal(0, Invocation.Of([.. command, "--out", folder["run"]]).ExitCode);
        foreach (string file in (string[])["history.safetensors", "metrics.jsonl", "config.json"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(folder["whole"], file)), File.ReadAllBytes(Path.Combine(folder["run"], file)));
        }

        Assert.Equal(5, Directory.GetFileSystemEntries(folder["run"]).Length);
    }

    /// <summary>Waits until something stands in a file.</summary>
    private static bool WaitFor(string path)
    {
        const int Attempts = 1500;
        for (int i = 0; i < Attempts; i++)
        {
            if (File.Exists(path) && new FileInfo(path).Length > 0)
            {
                return true;
            }

            Thread.Sleep(20);
        }

        return false;
    }

    private static bool IsKilledBefore(string call, int number, string[] arguments)
    {
        const string Tracer = "/usr/bin/strace";
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Tracer),
            $"it takes Linux and {Tracer} to kill at a certain system call");
        ProcessStartInfo start = new(
            Tracer,
            [
                "-f", "-qq", "-o", "/dev/null", "-e", $"trace=/^{call}", "-e", $"inject=/^{call}:signal=SIGKILL:when={number}",
                "dotnet", Path.Combine(AppContext.BaseDirectory, "lintf.dll"), .. arguments,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.SkipWhen(error.Result.Contains("ptrace", StringComparison.OrdinalIgnoreCase), "tracing is not allowed here");
        Assert.Contains(process.ExitCode, (int[])[0, 128 + 9]);
        return process.ExitCode != 0;
    }

    /// <summary>
    /// Kills the program while it starts, or, three times in four, a few iterations later than it was saved; false if it ended before.
    /// </summary>
    private static bool IsKilled(string[] command, int reached, System.Random moments)
    {
        const int MostLines = 12;
        using RunningProgram program = new(command);
        if (moments.Next(4) > 0)
        {
            // Iterations that were done before are said again at once.
            for (int lines = reached + moments.Next(1, MostLines); lines > 0 && program.ReadLine() is not null; lines--)
            {
            }

            Thread.Sleep(moments.Next(20));
        }
        else
        {
            Thread.Sleep(moments.Next(250));
        }

        return program.Kill();
    }

    /// <summary>The iterations that are saved.</summary>
    private static int Reached(string path) => RunDirectory.IsRun(path) ? RunDirectory.Load(path).Iteration : 0;

    /// <summary>Whatever a kill leaves can be read: nothing yet, or a run with all that its state speaks of.</summary>
    private static void AssertReadable(string path)
    {
        if (!RunDirectory.IsRun(path))
        {
            return;
        }

        RunDirectory directory = RunDirectory.Load(path);
        Assert.Null(directory.Writer);
        if (directory.HasState)
        {
            long last = directory.Settings.Precision is Precision.Double ? directory.ReadHistory<double>().Iterations[^1]
                : directory.ReadHistory<float>().Iterations[^1];
            Assert.True(last >= directory.Iteration - directory.Settings.HistoryStride);
            Assert.Contains(directory.ReadLog(), line => line.Iteration == 0);
        }
    }
}
