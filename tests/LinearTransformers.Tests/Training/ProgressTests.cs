using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>What a run says of its progress while it is written, and that nothing of the run depends on it.</summary>
public class ProgressTests
{
    /// <summary>Longer than the time after which a line is due: every iteration then has one.</summary>
    private const int Milliseconds = 600;

    private static readonly TrainingSettings Small = new()
    {
        BatchSize = 20,
        MaxIterations = 4,
        HistoryStride = 2,
        LearningRate = 0.5,
        WarmUp = 10,
    };

    [Fact]
    public void A_run_that_is_not_saved_yet_says_its_loss_gradient_norm_and_learning_rate_after_each_slow_iteration()
    {
        using TemporaryFolder folder = new();
        List<ProgressLine> seen = [];
        TrainingRun<float> run = Slow(folder.File("run"), directory =>
        {
            Assert.False(directory.HasState);
            seen.Add(ProgressLine.Read(File.ReadAllLines(directory.ProgressPath)[^1])!.Value);
        });

        // All but the last, which is saved.
        Assert.Equal([0, 1, 2], seen.Select(line => line.Iteration));
        Assert.Equal(run.Log.Take(3).Select(line => (line.Loss, line.GradientNorm)), seen.Select(line => (line.Loss, line.GradientNorm)));
        Assert.Equal([0.05, 0.1, 0.15], seen.Select(line => Math.Round(line.LearningRate, 12)));
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.True(pair.Second.Seconds >= pair.First.Seconds + (Milliseconds / 1000.0)));
    }

    [Fact]
    public void A_finished_run_has_the_bytes_and_the_files_of_one_that_said_nothing()
    {
        using TemporaryFolder folder = new();
        using (RunDirectory quick = RunDirectory.Open(folder.File("quick"), Small))
        {
            RecordedRun.Continue<float>(quick);
        }

        Slow(folder.File("slow"), directory => Assert.True(File.Exists(directory.ProgressPath)));
        RunBytes.AssertEqual(folder.File("quick"), folder.File("slow"));
        Assert.Equal(5, Directory.GetFileSystemEntries(folder.File("slow")).Length);
    }

    [Fact]
    public void A_run_that_is_stopped_leaves_no_progress_and_what_a_killed_one_left_goes_when_it_is_opened_to_be_written()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new();
        Slow(folder.File("run"), _ => stop.Cancel(), stop: stop.Token);
        string left = folder.File("run/progress.jsonl");
        Assert.False(File.Exists(left));

        File.WriteAllText(left, "{\"iteration\":");
        Assert.Equal(RunStatus.Unfinished, RunDirectory.Load(folder.File("run")).Status);
        Assert.True(File.Exists(left));
        using (RunDirectory directory = RunDirectory.Open(folder.File("run"), Small))
        {
            Assert.False(File.Exists(left));
            RecordedRun.Continue<float>(directory);
        }

        File.WriteAllText(left, "");
        RunDirectory.Open(folder.File("run"), Small).Dispose();
        Assert.False(File.Exists(left));
    }

    [Fact]
    public void A_run_whose_progress_cannot_be_written_goes_on()
    {
        using TemporaryFolder folder = new();
        TrainingRun<float> run = Slow(folder.File("run"), directory => Assert.True(Directory.Exists(directory.ProgressPath)),
            prepare: directory => Directory.CreateDirectory(directory.ProgressPath));
        Assert.Equal(RunStatus.Finished, run.Status);
        Assert.Equal(RunStatus.Finished, RunDirectory.Load(folder.File("run")).Status);
    }

    [Fact]
    public void A_folder_that_was_made_anew_in_the_meantime_gets_no_progress_of_the_run_before()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows deletes no folder with an open file in it.");
        using TemporaryFolder folder = new();
        string path = folder.File("run");
        Assert.Throws<RunWriteException>(() => Slow(path, directory => Assert.False(File.Exists(directory.ProgressPath)), prepare: _ =>
        {
            Directory.Move(path, folder.File("gone"));
            Directory.CreateDirectory(path);
        }));
        Assert.Empty(Directory.GetFileSystemEntries(path));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(double.NaN)]
    public void A_line_that_was_written_is_read_and_one_that_is_cut_off_is_none(double number)
    {
        ProgressLine line = new(7, 1.0 / 3, number, 1e-300, 12.5);
        string json = line.ToJson();
        Assert.Equal(line, ProgressLine.Read(json));
        Assert.All(Enumerable.Range(0, json.Length), length => Assert.Null(ProgressLine.Read(json[..length])));
        Assert.Null(ProgressLine.Read("[]"));
        Assert.Null(ProgressLine.Read(json.Replace("7", "\"7\"", StringComparison.Ordinal)));
    }

    /// <summary>A run whose iterations are slow, looked at after each but the first: only then is there a line on the one before.</summary>
    private static TrainingRun<float> Slow(
        string path, Action<RunDirectory> look, Action<RunDirectory>? prepare = null, CancellationToken stop = default)
    {
        using RunDirectory directory = RunDirectory.Open(path, Small);
        prepare?.Invoke(directory);
        return RecordedRun.Continue<float>(directory, saveEvery: TimeSpan.FromHours(1), stop: stop, onIteration: (iteration, _) =>
        {
            if (iteration > 1)
            {
                look(directory);
            }

            Thread.Sleep(Milliseconds);
        });
    }
}
