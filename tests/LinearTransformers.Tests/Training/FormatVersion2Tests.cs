using System.Numerics;
using LinearTransformers.Activations;
using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>
/// Run folders of version 2, whose settings name a mode where they now name parts, and whose states hold the numbers of a kept batch.
/// </summary>
public class FormatVersion2Tests
{
    private static readonly TrainingSettings All
        = new() { MaxIterations = 40, BatchSize = 16, ContextLength = 4, Dimension = 3, LogEvery = 10, Seed = 3 };

    /// <summary>The settings, as they are now, of the folders' runs.</summary>
    private static readonly Dictionary<string, TrainingSettings> Settings = new()
    {
        ["gamma"] = All with
        {
            Layers = 2,
            Covariates = new GammaCovariates { ShapeK = 0.3 },
            Optimizer = new Sgd { Momentum = 0.8 },
            LearningRate = 0.05,
            Schedule = new HalvedRate { Every = 15 },
            HistoryStride = 2,
            DataSeed = 5,
        },
        ["nonlinear"] = All with
        {
            Layers = 2,
            Model = new NonlinearRegressionModel { Hidden = 4 },
            Labels = new FeatureLabels { Hidden = 6, Seed = 2 },
            InitialDeviation = 0.2,
            HistoryStride = 8,
            Optimizer = new Adam { Beta2 = 0.99 },
        },

        // Saved after iteration 20: the batch is refreshed at 14 and 21.
        ["refreshed"] = All with
        {
            Layers = 2,
            Covariance = new RotatedCovariance(),
            ResampleEvery = 7,
            ClipScope = ClipScope.Matrix,
            ClipThreshold = 0.5,
            ZeroP = true,
            HistoryStride = 5,
            Heads = 2,
        },
        ["lbfgs"] = All with
        {
            Layers = 1,
            Optimizer = new Lbfgs { LineSearch = LineSearch.StrongWolfe, History = 5 },
            LearningRate = 0.1,
            InitialDeviation = 0.3,
            ResampleEvery = 10,
            Precision = Precision.Double,
            Stream = StreamKind.Native,
            Model = new LinearTransformerModel { Activation = new StandardSoftmaxAttention() },
            HistoryStride = 10,
        },
    };

    public static TheoryData<string> Names => [.. Settings.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_of_version_2_is_read_and_gone_on_with_to_the_bits_that_it_would_have_had(string name)
    {
        using TemporaryFolder folder = new();
        GoldenRun.Copy($"{name}-unfinished", folder.File("run"), version: 2);
        GoldenRun.Copy($"{name}-finished", folder.File("whole"), version: 2);
        RunDirectory whole = RunDirectory.Load(folder.File("whole"));
        Assert.Equal((RunStatus.Finished, 40), (whole.Status, whole.Iteration));
        Assert.Equal(Settings[name], whole.Settings);
        Assert.InRange(RunDirectory.Load(folder.File("run")).Iteration, 20, 22);
        Assert.Equal("2", TensorFile.Read(folder.File("run/state.safetensors")).Metadata["version"]);

        // In two sittings, so that what is saved now is read too.
        foreach (int until in (int[])[23, 40])
        {
            if (whole.Settings.Precision is Precision.Double)
            {
                GoOn<double>(folder.File("run"), whole.Settings, until);
            }
            else
            {
                GoOn<float>(folder.File("run"), whole.Settings, until);
            }
        }

        Assert.Equal(File.ReadAllBytes(folder.File("whole/metrics.jsonl")), File.ReadAllBytes(folder.File("run/metrics.jsonl")));
        Assert.Equal(File.ReadAllBytes(folder.File("whole/config.json")), File.ReadAllBytes(folder.File("run/config.json")));
        Assert.Equal(Bytes("whole/history"), Bytes("run/history"));
        Assert.Equal(Bytes("whole/state"), Bytes("run/state"));
        TensorFile state = TensorFile.Read(folder.File("run/state.safetensors"));
        Assert.Equal("3", state.Metadata["version"]);
        Assert.Equal(Settings[name], SettingsJson.Read(state.Metadata["settings"]));
        Assert.Equal(RunStatus.Finished, RunDirectory.Load(folder.File("run")).Status);

        // A kept batch is saved as what it is drawn from now.
        byte[] Bytes(string file)
        {
            using MemoryStream bytes = new();
            TensorFile tensors = TensorFile.Read(folder.File(file + ".safetensors"));
            TensorFile.Write(bytes, [.. tensors.Tensors.Where(tensor => !tensor.Name.StartsWith("batch.", StringComparison.Ordinal))]);
            return bytes.ToArray();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_of_version_2_is_the_one_that_the_same_settings_give_now(string name)
    {
        using TemporaryFolder folder = new();
        GoldenRun.Copy($"{name}-finished", folder.File("whole"), version: 2);
        RunDirectory whole = RunDirectory.Load(folder.File("whole"));
        if (whole.Settings.Precision is Precision.Double)
        {
            AssertSame<double>(whole);
        }
        else
        {
            AssertSame<float>(whole);
        }

        static void AssertSame<T>(RunDirectory whole)
            where T : unmanaged, IFloatingPointIeee754<T>
        {
            TrainingRun<T> run = new(whole.Settings);
            run.Run();
            History<T> expected = whole.ReadHistory<T>();
            Assert.Equal(expected.Iterations, run.History.Iterations);
            Assert.Equal(expected.Covariance, run.History.Covariance);
            for (int i = 0; i < expected.Count; i++)
            {
                Assert.Equal(expected[i].ToArray(), run.History[i].ToArray());
            }

            Assert.Equal(whole.ReadLog(), run.Log);
        }
    }

    private static void GoOn<T>(string path, TrainingSettings settings, int until)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using CancellationTokenSource stop = new();
        using RunDirectory directory = RunDirectory.Open(path, settings);
        TrainingRun<T> run = RecordedRun.Continue<T>(directory, onIteration: StopAtOnce, stop: stop.Token);
        Assert.Equal(until, run.Iteration);

        void StopAtOnce(int done, double loss)
        {
            if (done >= until)
            {
                stop.Cancel();
            }
        }
    }
}
