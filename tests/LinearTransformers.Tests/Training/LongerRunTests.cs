using LinearTransformers.Optimizers;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>Which runs go on for more iterations, what is said of the others, and what a folder is in between.</summary>
public class LongerRunTests
{
    private static readonly TrainingSettings Small = new() { BatchSize = 20, MaxIterations = 9, HistoryStride = 2, LogEvery = 5 };
    private static readonly TrainingSettings Longer = Small with { MaxIterations = 13 };

    [Fact]
    public void A_run_of_fewer_iterations_is_refused_in_a_line_that_says_what_to_do()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("run");
        Train(path, Small, 7);
        Assert.Equal(
            $"{path} holds this run with max-iters 9, of which 7 are done: max-iters must be 9, or more to go on with it; choose another "
                + "folder for a run of 8", Refusal(path, Small with { MaxIterations = 8 }));
        Train(path, Small);
        Train(path, Longer);
        Assert.Contains("holds this run with max-iters 13, of which 13 are done: max-iters must be 13, or more", Refusal(path, Small));
        Assert.Contains(
            "holds a run of other settings (lr is 0.02 there and 0.5 here, max-iters is 13 there and 20 here): choose another folder",
            Refusal(path, Longer with { LearningRate = 0.5, MaxIterations = 20 }));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    public void A_run_whose_learning_rates_depend_on_the_number_of_iterations_is_refused(int iterations)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("run");
        TrainingSettings cosine = Small with { Schedule = new CosineRate { Final = 0.1 } };
        Train(path, cosine);
        Assert.Equal(
            $"{path} holds this run with max-iters 9, and with schedule cosine:0.1 one of {iterations} is another from its start: choose "
                + "another folder", Refusal(path, cosine with { MaxIterations = iterations }));

        // A changed config.json is no way round it.
        SetConfig(path, "\"max-iters\": 9", $"\"max-iters\": {iterations}");
        Assert.Contains($"was made with other settings than config.json beside it says (max-iters is 9 here and {iterations} there)",
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Load(path)).Message);
    }

    [Fact]
    public void A_run_that_diverged_or_was_imported_is_refused()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("diverged");
        TrainingSettings diverging = Small with { Optimizer = new Sgd(), LearningRate = 1000, ToClip = false };
        Train(path, diverging);
        int at = RunDirectory.Load(path).Iteration;
        Assert.Equal(
            $"{path} holds this run with max-iters 9, which diverged at iteration {at}: max-iters must be 9, since it cannot go on; or "
                + "choose another folder", Refusal(path, diverging with { MaxIterations = 20 }));
        SetConfig(path, "\"max-iters\": 9", "\"max-iters\": 20");
        Assert.Contains("(max-iters is 9 here and 20 there)", Assert.Throws<RunDirectoryException>(() => RunDirectory.Load(path)).Message);

        TrainingRun<float> run = new(Small);
        run.Run();
        RunDirectory.Import(folder.File("imported"), Small, run.History, "hist.pth").Dispose();
        Assert.Contains("holds a run of other settings (max-iters is 9 there and 13 here)", Refusal(folder.File("imported"), Longer));
        SetConfig(folder.File("imported"), "\"max-iters\": 9", "\"max-iters\": 13");
        Assert.Contains("(max-iters is 9 here and 13 there)",
            Assert.Throws<RunDirectoryException>(() => RunDirectory.Load(folder.File("imported"))).Message);
    }

    [Fact]
    public void A_folder_is_that_of_the_shorter_run_until_something_is_saved_and_then_that_of_the_longer_one()
    {
        using TemporaryFolder folder = new();
        string path = folder.File("run");
        Train(path, Small);
        Dictionary<string, byte[]> before = RunBytes.Of(path);
        using (RunDirectory directory = RunDirectory.Open(path, Longer))
        {
            Assert.Equal((RunStatus.Unfinished, 9), (directory.Status, directory.Iteration));
            RunDirectory read = RunDirectory.Load(path);
            Assert.Equal((RunStatus.Finished, 9), (read.Status, read.Settings.MaxIterations));
            Assert.All(before, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(path, file.Key))));
            RecordedRun.Continue<float>(directory, stop: new CancellationToken(canceled: true));
            read = RunDirectory.Load(path);
            Assert.Equal((RunStatus.Unfinished, 9, 13), (read.Status, read.Iteration, read.Settings.MaxIterations));
        }

        // What was opened and left again is the shorter run, whole.
        Train(folder.File("other"), Small);
        RunDirectory.Open(folder.File("other"), Longer).Dispose();
        using RunDirectory again = RunDirectory.Open(folder.File("other"), Small);
        Assert.Equal(RunStatus.Finished, again.Status);
        Assert.Equal(before.Keys.Order(), RunBytes.Of(folder.File("other")).Keys.Order());
    }

    /// <summary>A writer may be killed after any of the files that it writes one after the other.</summary>
    [Fact]
    public void Whatever_files_of_the_longer_run_are_there_already_it_is_read_and_goes_on()
    {
        string[] order = ["config.json", "history.safetensors", "metrics.jsonl", "environment.json", "state.safetensors"];
        using TemporaryFolder folder = new();
        Train(folder.File("whole"), Longer);
        Train(folder.File("shorter"), Small);
        Train(folder.File("longer"), Longer, 11);
        for (int written = 0; written <= order.Length; written++)
        {
            string path = folder.File($"run{written}");
            Directory.CreateDirectory(path);
            for (int i = 0; i < order.Length; i++)
            {
                File.Copy(Path.Combine(folder.File(i < written ? "longer" : "shorter"), order[i]), Path.Combine(path, order[i]));
            }

            RunDirectory read = RunDirectory.Load(path);
            Assert.Equal(
                written == 0 ? (RunStatus.Finished, 9, 9) : (RunStatus.Unfinished, written < order.Length ? 9 : 11, 13),
                (read.Status, read.Iteration, read.Settings.MaxIterations));
            Assert.True(read.ReadHistory<float>().Iterations[^1] >= 9);
            Assert.True(read.ReadLog()[^1].Iteration >= 8);
            Train(path, Longer);
            RunBytes.AssertEqual(folder.File("whole"), path);
        }
    }

    [Fact]
    public void A_run_goes_on_again_and_again()
    {
        using TemporaryFolder folder = new();
        Train(folder.File("whole"), Small with { MaxIterations = 31 });
        foreach (int iterations in (int[])[1, 2, 6, 7, 20, 31])
        {
            Train(folder.File("run"), Small with { MaxIterations = iterations });
        }

        RunBytes.AssertEqual(folder.File("whole"), folder.File("run"));
    }

    /// <summary>Of version 1, whose files carry no settings.</summary>
    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    public void A_run_of_an_earlier_version_goes_on_too(string name)
    {
        using TemporaryFolder folder = new();
        GoldenRun.Copy($"{name}-finished", folder.File("run"));
        TrainingSettings settings = RunDirectory.Load(folder.File("run")).Settings with { MaxIterations = 53 };
        bool isDouble = settings.Precision is Precision.Double;
        Train(folder.File("whole"), settings, isDouble: isDouble);

        // Killed when config.json alone was changed.
        File.Copy(folder.File("whole/config.json"), folder.File("run/config.json"), overwrite: true);
        RunDirectory read = RunDirectory.Load(folder.File("run"));
        Assert.Equal((RunStatus.Unfinished, 40), (read.Status, read.Iteration));
        Assert.NotEmpty(read.ReadLog());
        Train(folder.File("run"), settings, isDouble: isDouble);
        RunBytes.AssertEqual(folder.File("whole"), folder.File("run"));
    }

    private static void SetConfig(string path, string there, string instead)
    {
        string config = Path.Combine(path, "config.json");
        string text = File.ReadAllText(config);
        Assert.Contains(there, text);
        File.WriteAllText(config, text.Replace(there, instead, StringComparison.Ordinal));
    }

    private static string Refusal(string path, TrainingSettings settings)
    {
        Dictionary<string, byte[]> before = RunBytes.Of(path);
        string message = Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(path, settings)).Message;
        Assert.Equal(before, RunBytes.Of(path));
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private static void Train(string path, TrainingSettings settings, int until = int.MaxValue, bool isDouble = false)
    {
        using CancellationTokenSource stop = new();
        using RunDirectory directory = RunDirectory.Open(path, settings);
        if (isDouble)
        {
            RecordedRun.Continue<double>(directory, onIteration: StopAtOnce, stop: stop.Token);
        }
        else
        {
            RecordedRun.Continue<float>(directory, onIteration: StopAtOnce, stop: stop.Token);
        }

        void StopAtOnce(int done, double loss)
        {
            if (done >= until)
            {
                stop.Cancel();
            }
        }
    }
}
