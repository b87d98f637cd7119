using System.Text.Json;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

public class LbfgsRunTests
{
    private static readonly Lbfgs Ten = new() { History = 10 };

    private static readonly TrainingSettings Small = new()
    {
        Optimizer = Ten,
        LearningRate = 0.1,
        ContextLength = 8,
        Dimension = 3,
        BatchSize = 64,
        ResampleEvery = 0,
        MaxIterations = 12,
        LogEvery = 1,
    };

    /// <summary>
    /// One batch as drawn, not refreshed; loss and gradient norm are those before the step. How close a run can be is
    /// decided by the roundings behind the log: errors of 1e-7 of the largest entry, put at random on the gradients of a
    /// double-precision run, move its loss by 1e-7 at iteration 3, 5e-6 at 10, 9e-5 at 21, 3e-4 at 22, 3e-3 at 27
    /// (root mean square, relative). Single precision, double precision and the log part from one another like that; whether
    /// L-BFGS sums its dot products in single or in double precision makes no difference to it.
    /// </summary>
    [Theory]
    [InlineData(Precision.Single)]
    [InlineData(Precision.Double)]
    public void Training_follows_pytorch_as_far_as_roundings_allow(Precision precision)
    {
        JsonElement golden = GoldenFile.Read("lbfgs_logs")[0];
        JsonElement[] rows = [.. golden.GetProperty("rows").EnumerateArray()];
        TrainingSettings settings = new()
        {
            LearningRate = golden.Double("lr"),
            Optimizer = new Lbfgs { InnerIterations = golden.Int("max_iter"), History = golden.Int("history_size") },
            Seed = golden.Int("sd"),
            DataSeed = golden.Int("sd"),
            MaxIterations = rows.Length,
            ContextLength = golden.Int("N"),
            BatchSize = golden.Int("B"),
            InitialDeviation = 1e-4,
            Covariance = new RotatedCovariance(),
            ResampleEvery = 0,
            LogEvery = 1,
            HistoryStride = 1000,
        };
        Covariance covariance = new(golden.Floats("U"), [1, 1, 0.5f, 0.25f, 1]);
        (IReadOnlyList<LogLine> log, double[] parameters) = precision is Precision.Single
            ? Finish(new TrainingRun<float>(settings, covariance: covariance))
            : Finish(new TrainingRun<double>(settings, covariance: covariance));

        Assert.Equal(rows.Length, log.Count);
        for (int i = 0; i < rows.Length; i++)
        {
            (double ofLoss, double ofNorm) = i switch
            {
                0 => (1e-7, 1e-7),
                < 5 => (1e-6, 3e-6),
                < 11 => (3e-5, 3e-4),
                < 21 => (1e-4, 1e-3),
                21 => (3e-4, 3e-3),
                _ => (1e-2, 0.1),
            };
            AssertRelative(rows[i][1].GetDouble(), log[i].Loss, ofLoss, $"loss at {i}");
            AssertRelative(rows[i][2].GetDouble(), log[i].GradientNorm, ofNorm, $"gradient norm at {i}");
        }

        double[] expected = golden.Doubles("params");
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], parameters[i], 1e-2 * expected.Max(Math.Abs));
        }
    }

    [Theory]
    [InlineData(0, LineSearch.None)]
    [InlineData(3, LineSearch.None)]
    [InlineData(0, LineSearch.StrongWolfe)]
    public void An_interrupted_run_has_the_bits_of_one_that_was_not(int resampleEvery, LineSearch lineSearch)
    {
        TrainingSettings settings = Small with { ResampleEvery = resampleEvery, Optimizer = Ten with { LineSearch = lineSearch } };
        TrainingRun<float> whole = new(settings);
        whole.Run(stop: TestContext.Current.CancellationToken);

        TrainingRun<float> first = new(settings);
        using CancellationTokenSource stop = new();
        first.Run(onIteration: () =>
        {
            if (first.Iteration == 5)
            {
                stop.Cancel();
            }
        }, stop: stop.Token);
        using MemoryStream stream = new();
        TensorFile.Write(stream, first.SaveState());
        stream.Position = 0;

        using WorkerTeam team = new(2);
        TrainingRun<float> second = new(settings, team);
        second.Restore(TensorFile.Read(stream, "state"), first.History, first.Log, first.Status);
        second.Run(stop: TestContext.Current.CancellationToken);
        Assert.Equal(whole.Parameters, second.Parameters);
        Assert.Equal(whole.Log, second.Log);
    }

    [Fact]
    public void With_resampling_every_0_all_iterations_see_the_same_batch()
    {
        // Too small a learning rate to move anything: losses differ by batches alone.
        TrainingSettings settings = Small with { LearningRate = 1e-30 };
        Assert.Single(Losses(settings));
        Assert.Equal(4, Losses(settings with { ResampleEvery = 3 }).Count);
        Assert.Equal(12, Losses(settings with { ResampleEvery = null }).Count);
        Assert.Single(Losses(settings with { Mode = PromptMode.Relu }));
        Assert.Single(Losses(settings with { Optimizer = new Sgd(), Mode = PromptMode.Gamma }));

        static HashSet<double> Losses(TrainingSettings settings)
        {
            TrainingRun<float> run = new(settings);
            run.Run(stop: TestContext.Current.CancellationToken);
            return [.. run.Log.Select(line => line.Loss)];
        }
    }

    [Fact]
    public void Gradients_are_not_clipped()
    {
        Assert.Null(Small.Clipping);
        TrainingRun<float> run = new(Small with { ClipThreshold = 1e-6 });
        TrainingRun<float> unclipped = new(Small with { ToClip = false });
        run.Run(stop: TestContext.Current.CancellationToken);
        unclipped.Run(stop: TestContext.Current.CancellationToken);
        Assert.Equal(unclipped.Parameters, run.Parameters);
    }

    [Fact]
    public void A_line_search_trains_faster_than_small_steps()
    {
        TrainingRun<float> searching = new(Small with { LearningRate = 1, Optimizer = Ten with { LineSearch = LineSearch.StrongWolfe } });
        TrainingRun<float> stepping = new(Small);
        searching.Run(stop: TestContext.Current.CancellationToken);
        stepping.Run(stop: TestContext.Current.CancellationToken);
        Assert.True(searching.LastLoss < stepping.LastLoss);
        Assert.True(stepping.LastLoss < stepping.Log[0].Loss);
    }

    [Fact]
    public void Settings_are_written_under_their_names_and_come_back()
    {
        TrainingSettings settings = Small with { Optimizer = Ten with { InnerIterations = 7, LineSearch = LineSearch.StrongWolfe } };
        string json = SettingsJson.Write(settings);
        Assert.Contains("\"alg\": \"lbfgs\"", json, StringComparison.Ordinal);
        Assert.Contains("\"lbfgs-inner\": 7", json, StringComparison.Ordinal);
        Assert.Contains("\"lbfgs-history\": 10", json, StringComparison.Ordinal);
        Assert.Contains("\"line-search\": \"strong-wolfe\"", json, StringComparison.Ordinal);
        Assert.Contains("\"resample-every\": 0", json, StringComparison.Ordinal);
        Assert.Equal(settings, SettingsJson.Read(json));
    }

    [Fact]
    public void Senseless_settings_are_refused()
    {
        Refused(Small with { Optimizer = Ten with { InnerIterations = 0 } }, "lbfgs-inner is 0: it must be at least 1");
        Refused(Small with { Optimizer = Ten with { History = 0 } }, "lbfgs-history is 0: it must be at least 1");
        Refused(Small with { Optimizer = Ten with { History = int.MaxValue } }, "lbfgs-history is 2147483647: it must be at most 39768214");
        Refused(Small with { Optimizer = Ten with { LineSearch = (LineSearch)7 } }, "line-search is 7: it must be none or strong-wolfe");
        Refused(Small with { ResampleEvery = -1 }, "resample-every is -1: it must be at least 0");
        Refused(Small with { ResampleEvery = 2, Mode = PromptMode.Gamma },
            "resample-every is 2: it must be left out, or 0, with gamma covariates and linear labels");
        Refused(Small with { ZeroP = true }, "zero-p is true");

        static void Refused(TrainingSettings settings, string message)
            => Assert.Contains(message, Assert.Throws<SettingException>(settings.Validate).Message, StringComparison.Ordinal);
    }

    private static (IReadOnlyList<LogLine> Log, double[] Parameters) Finish<T>(TrainingRun<T> run)
        where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        Assert.Equal(RunStatus.Finished, run.Run(stop: TestContext.Current.CancellationToken));
        double[] parameters = new double[run.Parameters.Length];
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] = double.CreateTruncating(run.Parameters[i]);
        }

        return (run.Log, parameters);
    }

    private static void AssertRelative(double expected, double actual, double tolerance, string what)
        => Assert.True(
            Math.Abs(actual - expected) <= tolerance * Math.Abs(expected),
            $"{what}: expected {expected:R}, got {actual:R}, relative difference {Math.Abs((actual / expected) - 1):E1}");

    /// <summary>
    /// Stopped after a millisecond, two, three and so on, mostly within a step, and taken up from its folder or going on by itself.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_run_that_is_stopped_within_its_steps_ends_with_the_same_bytes(bool fromFolder)
    {
        TrainingSettings settings =
            Small with
            {
                Optimizer = Ten with { InnerIterations = 1500 },
                LearningRate = 0.01,
                ResampleEvery = 2,
                MaxIterations = 5,
                LogEvery = 1
            };
        TrainingRun<float> whole = new(settings);
        whole.Run();

        string path = Directory.CreateTempSubdirectory("lintf-test-").FullName;
        try
        {
            int withinSteps = 0;
            TrainingRun<float> run = new(settings);
            List<LogLine> heard = [];
            for (int milliseconds = 1; run.Status is RunStatus.Unfinished; milliseconds++)
            {
                using CancellationTokenSource stop = new(milliseconds);
                if (fromFolder)
                {
                    using RunDirectory directory = RunDirectory.Open(path, settings);
                    run = RecordedRun.Continue<float>(directory, stop: stop.Token);
                }
                else
                {
                    run.Run(heard.Add, stop: stop.Token);
                }

                withinSteps += run.Status is RunStatus.Unfinished && run.Log.Count > run.Iteration ? 1 : 0;
            }

            Assert.True(withinSteps > 0);
            Assert.Equal(whole.Parameters.ToArray(), run.Parameters.ToArray());
            Assert.Equal(whole.Log, run.Log);
            Assert.Equal(whole.History.Iterations, run.History.Iterations);
            Assert.Equal(whole.LastLoss, run.LastLoss);
            if (!fromFolder)
            {
                Assert.Equal(whole.Log, heard);
            }
        }
        finally
        {
            Directory.Delete(path, recursive: true);
        }
    }
}
