using LinearTransformers.Experiments.Catalogs;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>Several processes on one run's folder.</summary>
public class WriterTests
{
    private static string[] Command(string folder, int iterations = 100_000)
        => ["train", "--B", "64", "--max-iters", $"{iterations}", "--hist-stride", "1000", "--save-every", "0.1", "--threads", "1",
            "--json", "--out", folder];

    [Fact]
    public void A_second_writer_is_refused_in_a_line_that_names_the_first_and_readers_are_not()
    {
        using TemporaryFolder folder = new();
        using RunningProgram first = new(Command(folder["run"]));
        while (!RunDirectory.IsRun(folder["run"]) || !RunDirectory.Load(folder["run"]).HasState)
        {
            Assert.NotNull(first.ReadLine());
        }

        Invocation second = Invocation.Of(Command(folder["run"]));
        Assert.Equal(2, second.ExitCode);
        Assert.Empty(second.Out);
        Assert.Equal(
            $"lintf: --out: {folder["run"]} is being written by process {first.Id} on {Environment.MachineName}: it must be a folder "
                + "that no other process writes; wait until that one has ended, or choose another folder",
            second.Error.TrimEnd());
        Invocation reader = Invocation.Of("plot", "matrices", folder["run"], "--out", folder["figure.png"]);
        Assert.True(reader.ExitCode == 0, reader.Error);

        // The lock goes with the process: nothing is to be cleaned.
        Assert.True(first.Kill());
        using RunDirectory next = RunDirectory.Open(folder["run"], RunDirectory.Load(folder["run"]).Settings);
        Assert.Equal(RunWriter.Current, next.Writer);
    }

    [Fact]
    public void Of_processes_that_start_at_once_each_does_the_whole_run_or_is_refused()
    {
        using TemporaryFolder folder = new();
        string[] command = Command(folder["run"], 2000);
        RunningProgram[] programs = [.. Enumerable.Range(0, 4).Select(_ => new RunningProgram(command))];
        (int ExitCode, string Error)[] ends = [.. programs.Select(program => program.Finish())];
        Assert.Contains(ends, end => end.ExitCode == 0);
        Assert.All(ends.Where(end => end.ExitCode != 0), end =>
        {
            Assert.Equal(2, end.ExitCode);
            Assert.Contains("is being written by", end.Error);
        });
        Assert.Equal(0, Invocation.Of(Command(folder["alone"], 2000)).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["alone/history.safetensors"]), File.ReadAllBytes(folder["run/history.safetensors"]));
        Assert.Equal(5, Directory.GetFileSystemEntries(folder["run"]).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_whose_folder_is_deleted_ends_in_a_line_and_leaves_nothing_that_looks_whole(bool isMadeAnew)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows deletes no folder with an open file in it.");
        using TemporaryFolder folder = new();
        using RunningProgram program = new(Command(folder["run"], 10_000_000));
        while (!RunDirectory.IsRun(folder["run"]) || !RunDirectory.Load(folder["run"]).HasState)
        {
            Assert.NotNull(program.ReadLine());
        }

        // Renamed first: it is gone at once, whatever is being written in it.
        Directory.Move(folder["run"], folder["gone"]);
        if (isMadeAnew)
        {
            Directory.CreateDirectory(folder["run"]);
        }

        (int exitCode, string error) = program.Finish();
        Assert.Equal(1, exitCode);
        string line = Assert.Single(
            error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("lintf: ", StringComparison.Ordinal));
        Assert.StartsWith($"lintf: {folder["run"]} ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error);
        Assert.False(RunDirectory.IsRun(folder["run"]));
        Assert.False(File.Exists(folder["run/state.safetensors"]));
    }

    [Fact]
    public void An_experiment_whose_runs_are_being_written_is_refused_before_it_trains_any()
    {
        using TemporaryFolder folder = new();
        string[] command = ["reproduce", "simple", "--max-iters", "3", "--no-figures", "--out", folder["runs"]];
        TrainingSettings settings = PresetCatalog.Find("simple")!.Settings with { MaxIterations = 3 };
        RunDirectory.Open(folder["runs/simple/adam-3its-seed0"], settings).Dispose();
        string path = folder["runs/simple/adam-3its-seed2"];
        using (RunDirectory.Open(path, settings with { Seed = 2, DataSeed = 2 }))
        {
            Invocation refused = Invocation.Of(command);
            Assert.Equal(2, refused.ExitCode);
            Assert.Contains($"{path} is being written by process {Environment.ProcessId}", refused.Error);
            Assert.False(RunDirectory.Load(folder["runs/simple/adam-3its-seed0"]).HasState);
        }

        Assert.Equal(0, Invocation.Of(command).ExitCode);
    }

    [Theory]
    [InlineData("train --save-every -1", "--save-every is -1: it must be seconds from 0 to 86400")]
    [InlineData("reproduce simple --save-every often", "--save-every is often: it must be a number")]
    public void A_time_between_saves_that_makes_no_sense_is_refused(string arguments, string message)
    {
        Invocation invocation = Invocation.Of(arguments.Split(' '));
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains(message, invocation.Error);
    }
}
