using System.Numerics;
using LinearTransformers.Activations;
using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

public class TrainingRunTests
{
    /// <summary>Combinations of settings; each part by itself is in <see cref="Tables.PartRunTests"/>.</summary>
    public static TheoryData<string> Variants =>
    [
        "gamma", "rotated", "halved", "zero-p", "heads", "softmax-masked", "softmax-standard", "relu-attention", "relu-networks",
        "mlp-networks", "lbfgs", "native-rotated",
    ];

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_run_interrupted_at_any_iteration_ends_with_the_same_bytes(string variant)
    {
        TrainingSettings settings = Settings(variant);
        using TemporaryFolder folder = new();
        Finish<float>(folder.File("whole"), settings, interruptions: []);
        Finish<float>(folder.File("broken"), settings, interruptions: [0, 1, 7, 20]);
        AssertSameRun(folder.File("whole"), folder.File("broken"));

        // With threads batches are drawn ahead; what was drawn and not used must not count.
        using WorkerTeam team = new(2);
        Finish<float>(folder.File("team"), settings, interruptions: [2, 8, 21], team);
        AssertSameRun(folder.File("whole"), folder.File("team"));
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Any_number_of_threads_gives_the_same_history(string variant)
    {
        TrainingSettings settings = Settings(variant) with { BatchSize = 700, MaxIterations = 6 };
        TrainingRun<float> alone = new(settings);
        alone.Run();
        foreach (int threads in (int[])[2, 3, 7])
        {
            using WorkerTeam team = new(threads);
            TrainingRun<float> together = new(settings, team);
            together.Run();

            // Exact: every sum is in a fixed order.
            Assert.Equal(alone.Parameters.ToArray(), together.Parameters.ToArray());
            Assert.Equal(alone.Log, together.Log);
        }
    }

    [Fact]
    public void Snapshots_are_taken_at_multiples_of_the_stride_and_at_the_end()
    {
        TrainingRun<float> run = new(Settings("adam") with { MaxIterations = 25, HistoryStride = 10 });
        run.Run();
        Assert.Equal([0, 10, 20, 25], run.History.Iterations);
        Assert.Equal(run.Parameters.ToArray(), run.History.At(25).ToArray());
        Assert.Throws<KeyNotFoundException>(() => run.History.At(11).Length);
    }

    [Theory]
    [InlineData(25, 0, 1, 2, 3, 4, 10, 20, 24)]
    [InlineData(21, 0, 1, 2, 3, 4, 10, 20)]
    [InlineData(3, 0, 1, 2)]
    public void Iterations_0_to_4_and_multiples_of_log_every_and_the_last_are_logged(int iterations, params int[] logged)
    {
        TrainingRun<float> run = new(Settings("adam") with { MaxIterations = iterations, LogEvery = 10 });
        run.Run();
        Assert.Equal(logged, run.Log.Select(line => line.Iteration));
        Assert.Equal(run.LastLoss, run.Log[^1].Loss);
    }

    [Fact]
    public void The_line_of_a_runs_end_is_none_of_a_longer_one_that_goes_on_from_there()
    {
        using TemporaryFolder folder = new();
        TrainingSettings settings = Settings("adam") with { LogEvery = 8, MaxIterations = 22 };
        TrainingRun<float> shorter = new(settings);
        shorter.Run();
        TrainingRun<float> longer = new(settings with { MaxIterations = 30 });
        Restore(longer, shorter.Log, RunStatus.Unfinished);
        Assert.Equal([0, 1, 2, 3, 4, 8, 16], longer.Log.Select(line => line.Iteration));
        longer.Run();
        TrainingRun<float> whole = new(settings with { MaxIterations = 30 });
        whole.Run();
        Assert.Equal(whole.Log, longer.Log);

        // What an earlier version left of a finished run, without the line.
        TrainingRun<float> again = new(settings);
        Restore(again, [.. shorter.Log.SkipLast(1)], RunStatus.Finished);
        Assert.Equal([0, 1, 2, 3, 4, 8, 16], again.Log.Select(line => line.Iteration));
        Assert.Throws<TensorFormatException>(() => Restore(new(settings), [.. shorter.Log.Skip(1)], RunStatus.Finished));

        void Restore(TrainingRun<float> run, IReadOnlyList<LogLine> log, RunStatus status)
        {
            TensorFile.Write(folder.File("state"), shorter.SaveState());
            run.Restore(TensorFile.Read(folder.File("state")), shorter.History, log, status);
        }
    }

    [Fact]
    public void A_diverging_run_stops_at_the_first_loss_that_is_not_finite_and_keeps_its_history()
    {
        using TemporaryFolder folder = new();
        TrainingSettings settings = Settings("sgd") with { LearningRate = 50, ToClip = false };
        RunDirectory directory = RunDirectory.Open(folder.File("run"), settings);
        TrainingRun<float> run = RecordedRun.Continue<float>(directory);

        Assert.Equal(RunStatus.Diverged, run.Status);
        Assert.False(double.IsFinite(run.Log[^1].Loss));
        Assert.All(run.Log.SkipLast(1), line => Assert.True(double.IsFinite(line.Loss)));
        Assert.Equal(run.Iteration, run.Log[^1].Iteration);
        Assert.Equal(run.Iteration, directory.ReadHistory<float>().Iterations[^1]);
        Assert.Equal(RunStatus.Diverged, RunDirectory.Open(folder.File("run"), settings).Status);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("sgd")]
    [InlineData("lbfgs")]
    public void A_gradient_that_is_not_finite_ends_the_run_as_diverged_with_nothing_moved(string algorithm)
    {
        // Covariates of size 10¹⁴: the prediction Q x xᵀw is about 10¹⁸ at Q of 10⁻¹⁰, its derivative 10²⁸, the gradient of its square
        // beyond any float.
        TrainingSettings settings = new()
        {
            Optimizer = Optimizer.Catalog[algorithm],
            Layers = 1,
            Dimension = 2,
            BatchSize = 16,
            ContextLength = 4,
            InitialDeviation = 1e-10,
            GivenCovariance = new Covariance([1, 0, 0, 1], [1e14f, 1e14f]),
            ResampleEvery = 0,
            MaxIterations = 20,
        };
        using TemporaryFolder folder = new();
        using RunDirectory directory = RunDirectory.Open(folder.File("run"), settings);
        TrainingRun<float> run = RecordedRun.Continue<float>(directory);
        Assert.Equal((RunStatus.Diverged, 0), (run.Status, run.Iteration));
        Assert.True(float.IsFinite((float)run.LastLoss));
        Assert.False(double.IsFinite(Assert.Single(run.Log).GradientNorm));
        Assert.Equal(new TrainingRun<float>(settings).Parameters.ToArray(), run.Parameters.ToArray());
        Assert.Equal(RunStatus.Diverged, RecordedRun.Continue<float>(RunDirectory.Open(folder.File("run"), settings)).Status);
    }

    [Fact]
    public void Zeroed_value_matrices_stay_zero()
    {
        TrainingRun<float> run = new(Settings("zero-p"));
        run.Run();
        for (int layer = 0; layer < run.Shape.Layers; layer++)
        {
            // Exact: they are set to zero after every step.
            Assert.All(run.Parameters.Slice(run.Shape.OffsetOfP(layer, 0), run.Shape.MatrixSize).ToArray(), entry
                => Assert.Equal(0, entry));
        }
    }

    [Fact]
    public void The_learning_rate_is_halved_at_each_multiple()
    {
        TrainingSettings settings = new() { LearningRate = 0.4, HalveEvery = 100 };
        Assert.Equal([0.4, 0.4, 0.2, 0.2, 0.1], ((int[])[0, 99, 100, 199, 200]).Select(settings.StepSize));
    }

    private static TrainingSettings Settings(string variant)
    {
        TrainingSettings settings =
            new() { BatchSize = 40, MaxIterations = 30, ContextLength = 6, LogEvery = 8, HistoryStride = 3, Seed = 4 };
        return variant switch
        {
            "adam" => settings,
            "sgd" => settings with { Optimizer = new Sgd() },
            "gamma" => settings with { Mode = PromptMode.Gamma, DataSeed = 9 },
            "rotated" => settings with { Covariance = new RotatedCovariance(), ResampleEvery = 7 },
            "halved" => settings with { HalveEvery = 5, ClipThreshold = 0.01, ClipScope = LinearTransformers.Optimizers.ClipScope.Matrix },
            "zero-p" => settings with { ZeroP = true },
            "heads" => settings with { Heads = 2, Layers = 2, Dimension = 3 },
            "softmax-masked" => settings with
            {
                Model = new LinearTransformerModel { Activation = new MaskedSoftmaxAttention() },
                Covariance = new RotatedCovariance(),
                ResampleEvery = 7
            },
            "softmax-standard" => settings with
            {
                Model = new LinearTransformerModel { Activation = new StandardSoftmaxAttention() },
                Heads = 2
            },
            "relu-attention" => settings with
            {
                Model = new LinearTransformerModel { Activation = new ReluAttention() },
                Optimizer = new Lbfgs(),
                ResampleEvery = 10
            },
            "relu-networks" => settings with { Labels = new NetworkLabels { Networks = NetworkSharing.Prompt } },
            "mlp-networks" => settings with
            {
                Covariates = new NetworkCovariates { Networks = NetworkSharing.Prompt },
                Model = new LinearTransformerModel { Activation = new ReluAttention() }
            },
            "lbfgs" => settings with { Optimizer = new Lbfgs(), ResampleEvery = 0 },
            "native-rotated" => settings with { Stream = StreamKind.Native, Covariance = new RotatedCovariance(), ResampleEvery = 7 },
            _ => throw new ArgumentException(variant),
        };
    }

    private static void Finish<T>(string path, TrainingSettings settings, int[] interruptions, WorkerTeam? team = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        foreach (int interruption in interruptions)
        {
            using CancellationTokenSource stop = new();
            if (interruption == 0)
            {
                stop.Cancel();
            }

            using RunDirectory directory = RunDirectory.Open(path, settings);
            RecordedRun.Continue<T>(
                directory, team, onIteration: (done, _) => { if (done >= interruption) { stop.Cancel(); } }, stop: stop.Token);
        }

        Assert.Equal(RunStatus.Finished, RecordedRun.Continue<T>(RunDirectory.Open(path, settings), team).Status);
    }

    private static void AssertSameRun(string expected, string actual)
    {
        foreach (string file in (string[])["history.safetensors", "metrics.jsonl", "config.json"])
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(expected, file)), File.ReadAllBytes(Path.Combine(actual, file)));
        }
    }
}
