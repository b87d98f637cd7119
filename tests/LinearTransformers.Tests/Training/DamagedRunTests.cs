using LinearTransformers.Exchange;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>Run folders of which a file is damaged: every reader reads them or says which file it is, and throws nothing else.</summary>
public class DamagedRunTests
{
    private static readonly TrainingSettings Small =
        new() { Dimension = 2, Layers = 1, ContextLength = 4, BatchSize = 16, MaxIterations = 12, HistoryStride = 4, LogEvery = 5 };

    public static TheoryData<string, string> Cases =>
        [.. from run in (string[])["adam", "lbfgs", "double", "unfinished", "diverged", "adam-unfinished", "imported"]
            from file in (string[])["config.json", "metrics.jsonl", "history.safetensors", "state.safetensors"]
            select (run, file)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_cut_short_anywhere_is_read_or_named(string run, string file)
    {
        using TemporaryFolder folder = new();
        Make(folder, run);
        string path = folder.File("run/" + file);
        byte[] whole = File.ReadAllBytes(path);
        int refused = 0;

        // Every length of a short file, some dozens of a long one, with both ends among them.
        int step = 1 + (whole.Length / 60);
        int[] lengths = [.. Enumerable.Range(0, whole.Length).Where(length => length % step == 0 || whole.Length - length < 20)];
        foreach (int length in lengths)
        {
            File.WriteAllBytes(path, whole[..length]);
            refused += ReadsOrNames(folder, path, whole) ? 0 : 1;
        }

        // A tensor file never fits a shorter one; JSON may lose its line end, an imported run's log is empty.
        Assert.InRange(refused, file.EndsWith("safetensors", StringComparison.Ordinal) ? lengths.Length
            : Math.Min(lengths.Length, whole.Length) - 2, lengths.Length);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_with_bytes_changed_is_read_or_named(string run, string file)
    {
        using TemporaryFolder folder = new();
        Make(folder, run);
        string path = folder.File("run/" + file);
        byte[] whole = File.ReadAllBytes(path);
        Fuzz.Mutator mutator = new(1);
        for (int i = 0; i < 60; i++)
        {
            File.WriteAllBytes(path, mutator.Change(whole));
            ReadsOrNames(folder, path, whole);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_that_is_missing_empty_or_anothers_is_named(string run, string file)
    {
        using TemporaryFolder folder = new();
        Make(folder, run);
        string path = folder.File("run/" + file);
        byte[] whole = File.ReadAllBytes(path);
        foreach (string other in (string[])["config.json", "metrics.jsonl", "history.safetensors", "state.safetensors", "environment.json"])
        {
            if (other != file)
            {
                File.Copy(folder.File("run/" + other), path, overwrite: true);
                Assert.False(ReadsOrNames(folder, path, whole) && whole.Length > 0 && new FileInfo(path).Length > 0,
                    $"{other} was read as {file}");
            }
        }

        File.WriteAllBytes(path, []);
        Assert.NotEqual(whole.Length > 0, ReadsOrNames(folder, path, whole));
        File.Delete(path);
        if (file is "history.safetensors" or "metrics.jsonl")
        {
            Assert.False(ReadsOrNames(folder, path, whole));
        }
    }

    [Theory]
    [InlineData("\"d\": 2", "\"d\": 3", "was made with other settings")]
    [InlineData("\"n-layer\": 1", "\"n-layer\": 2", "was made with other settings")]
    [InlineData("\"precision\": \"single\"", "\"precision\": \"double\"", "was made with other settings")]
    [InlineData("\"d\": 2", "\"d\": 3", "its shape is [", "adam-finished")]
    [InlineData("\"n-layer\": 1", "\"n-layer\": 2", "its shape is [", "adam-finished")]
    [InlineData("\"hist-stride\": 8", "\"hist-stride\": 4", "iteration 4 should be there", "adam-finished")]
    [InlineData("\"log-every\": 10", "\"log-every\": 5", "iteration 5 should be there", "adam-finished")]
    [InlineData("\"covariance\": \"rotated\"", "\"covariance\": \"identity\"",
        "history.safetensors: tensors \"U\" and \"D\" are not those that the run's seed gives", "adam-finished")]
    [InlineData("\"covariance\": \"identity\"", "\"covariance\": \"rotated\"", "tensors \"U\" and \"D\" should be there", "sgd-finished")]
    [InlineData("\"precision\": \"double\"", "\"precision\": \"single\"", "it is F64; it should be F32", "sgd-finished")]
    [InlineData("\"max-iters\": 40", "\"max-iters\": 39", "tensor \"iteration\" is 40; it should be from 0 to 39", "adam-finished")]
    [InlineData("\"max-iters\": 400", "\"max-iters\": 401", "it should be 401, the run's max-iters, of a finished run", "imported")]
    public void A_config_that_says_something_else_is_refused(string there, string instead, string message, string run = "adam")
    {
        using TemporaryFolder folder = new();
        Make(folder, run);
        string config = folder.File("run/config.json");
        string text = File.ReadAllText(config);
        Assert.Contains(there, text);
        File.WriteAllText(config, text.Replace(there, instead, StringComparison.Ordinal));
        string? refusal = Refusal(folder.File("run"));

        Assert.NotNull(refusal);
        Assert.Contains(message, refusal);
    }

    [Theory]
    [InlineData("""{"iteration":-1,"loss":1,"gradientNorm":1}""", "iteration is -1; it should be above 3")]
    [InlineData("""{"iteration":3,"loss":1,"gradientNorm":1}""",
        "iteration is 3; it should be above 3, that of the line before, and below 12, the run's max-iters")]
    [InlineData("""{"iteration":2,"loss":1,"gradientNorm":1}""", "iteration is 2; it should be above 3")]
    [InlineData("""{"iteration":12,"loss":1,"gradientNorm":1}""", "iteration is 12; it should be above 3")]
    [InlineData("""{"iteration":4,"loss":-1,"gradientNorm":1}""", "loss is -1; it should be at least 0")]
    [InlineData("""{"iteration":4,"loss":1,"gradientNorm":-0.5}""", "gradientNorm is -0.5; it should be at least 0")]
    [InlineData("""{"iteration":4,"loss":1e999,"gradientNorm":1}""", "not a log line")]
    [InlineData("""{"iteration":4.5,"loss":1,"gradientNorm":1}""", "not a log line")]
    [InlineData("""{"iteration":99999999999,"loss":1,"gradientNorm":1}""", "not a log line")]
    [InlineData("""{"iteration":4,"loss":1}""", "not a log line")]
    [InlineData("", "not a log line")]
    public void A_line_of_the_log_that_cannot_be_is_refused_with_its_number(string line, string message)
    {
        using TemporaryFolder folder = new();
        Make(folder, "adam");
        string path = folder.File("run/metrics.jsonl");
        string[] lines = File.ReadAllLines(path);
        lines[4] = line;
        File.WriteAllLines(path, lines);
        string refusal = Assert.Throws<RunDirectoryException>(() => RunDirectory.Load(folder.File("run")).ReadLog()).Message;
        Assert.StartsWith($"{path}, line 5: {message}", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_or_history_that_lacks_what_the_state_speaks_of_is_refused()
    {
        using TemporaryFolder folder = new();
        Make(folder, "adam");
        string log = folder.File("run/metrics.jsonl");
        string[] lines = File.ReadAllLines(log);
        File.WriteAllLines(log, lines[..^1]);
        Assert.Equal($"{log}: iteration 11 should be there, which a run of 12 iterations has logged, and is not",
            Refusal(folder.File("run")));
        File.WriteAllLines(log, lines[..^2]);
        Assert.Equal($"{log}: iteration 10 should be there, which a run of 12 iterations has logged, and is not",
            Refusal(folder.File("run")));
        File.WriteAllLines(log, lines);
        string history = folder.File("run/history.safetensors");
        TensorFile file = TensorFile.Read(history);
        Rewrite(3, [0, 4, 12]);
        Assert.Equal($"{history}: iteration 8 should be there, which a run of 12 iterations has kept, and is not",
            Refusal(folder.File("run")));
        Rewrite(4, [0, 4, 8, 13]);
        Assert.Contains("tensor \"iteration\" ends at 13; it should be at most 12", Refusal(folder.File("run")));
        Rewrite(4, [0, 8, 4, 12]);
        Assert.Contains("entry 2 is 4; it should be above 8", Refusal(folder.File("run")));
        Rewrite(4, [-1, 4, 8, 12]);
        Assert.Contains("entry 0 is -1; it should be at least 0", Refusal(folder.File("run")));

        void Rewrite(int snapshots, long[] iterations)
            => TensorFile.Write(history,
                [Tensor.Of("allparam", new float[snapshots * 8], snapshots, 1, 1, 2, 2, 2), Tensor.Vector("iteration", iterations)],
                    file.Metadata);
    }

    [Fact]
    public void A_damaged_environment_is_named()
    {
        using TemporaryFolder folder = new();
        Make(folder, "adam");
        RunDirectory run = RunDirectory.Load(folder.File("run"));
        string path = folder.File("run/environment.json");
        Assert.Equal(File.ReadAllText(path), run.ReadEnvironment());
        foreach (string text in (string[])["", "{", "[]", "null", "{\n\"a\": }"])
        {
            File.WriteAllText(path, text);
            Assert.StartsWith(path, Assert.Throws<RunDirectoryException>(run.ReadEnvironment).Message, StringComparison.Ordinal);
        }

        File.Delete(path);
        Assert.Null(run.ReadEnvironment());
    }

    /// <summary>A small run, whole.</summary>
    private static void Make(TemporaryFolder folder, string run)
    {
        string path = folder.File("run");
        if (run.Contains('-', StringComparison.Ordinal) || run == "imported")
        {
            GoldenRun.Copy(run, path);
            return;
        }

        TrainingSettings settings = run switch
        {
            "lbfgs" => Small with { Optimizer = new Lbfgs(), ResampleEvery = 3, Covariance = new RotatedCovariance() },
            "double" => Small with { Precision = Precision.Double, Optimizer = new Sgd() },
            "diverged" => Small with { Optimizer = new Sgd(), LearningRate = 1000, ToClip = false },
            _ => Small,
        };
        using RunDirectory directory = RunDirectory.Open(path, settings);
        using CancellationTokenSource stop = new();
        if (run == "double")
        {
            RecordedRun.Continue<double>(directory);
            return;
        }

        RecordedRun.Continue<float>(
            directory, onIteration: (done, _) => { if (run == "unfinished" && done == 7) { stop.Cancel(); } }, stop: stop.Token);
        Assert.Equal(run switch { "unfinished" => RunStatus.Unfinished, "diverged" => RunStatus.Diverged, _ => RunStatus.Finished },
            directory.Status);
    }

    /// <summary>Whether all readers read a folder; a refusal must name the file, in a line. The file is whole again afterwards.</summary>
    private static bool ReadsOrNames(TemporaryFolder folder, string path, byte[] whole)
    {
        string? refusal = Refusal(folder.File("run"));
        if (refusal is not null)
        {
            Assert.Contains(path.EndsWith("config.json", StringComparison.Ordinal) ? folder.File("run") : path, refusal);
            Assert.DoesNotContain(refusal, char.IsControl);
        }

        File.WriteAllBytes(path, whole);
        return refusal is null;
    }

    /// <summary>
    /// What the first reader that refuses a folder says; null where all read it. Anything but the documented exception fails the test.
    /// </summary>
    private static string? Refusal(string folder)
    {
        string? first = null;
        Try(() =>
        {
            RunDirectory run = RunDirectory.Load(folder);
            Try(() => run.Settings.Precision is Precision.Double ? run.ReadHistory<double>().Count : run.ReadHistory<float>().Count);
            Try(() => run.ReadLog().Count);
            if (run.HasState && run.ImportedFrom is null)
            {
                Try(() => Restored(run));
            }

            return 0;
        });
        Try(() =>
        {
            RunExport export = RunExport.OfRun(folder);
            export.WriteTable(folder + ".csv");
            export.WriteNumpy(folder + ".npz");
            return 0;
        });
        return first;

        void Try(Func<int> read)
        {
            try
            {
                read();
            }
            catch (RunDirectoryException exception)
            {
                first ??= exception.Message;
            }
        }
    }

    private static int Restored(RunDirectory run)
    {
        if (run.Settings.Precision is Precision.Double)
        {
            TrainingRun<double> twice = new(run.Settings);
            run.Restore(twice);
            return twice.Iteration;
        }

        TrainingRun<float> single = new(run.Settings);
        run.Restore(single);
        return single.Iteration;
    }
}
