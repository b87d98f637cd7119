using System.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Settings;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>Runs whose last step leaves the range of numbers, after which there is no loss that would tell.</summary>
public class LastStepTests
{
    private static readonly TrainingSettings Settings = new()
    {
        BatchSize = 20,
        Dimension = 3,
        Layers = 1,
        MaxIterations = 9,
        HistoryStride = 2,
        LogEvery = 5,
        Optimizer = new Sgd(),
        ToClip = false,
        Schedule = new Jump { At = 8 },
    };

    [Fact]
    public void Such_a_run_diverged_and_keeps_all_that_it_did() => Check<float>(Settings);

    [Fact]
    public void Such_a_run_of_double_precision_diverged_too() => Check<double>(Settings with { Precision = Precision.Double });

    private static void Check<T>(TrainingSettings settings)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using TemporaryFolder folder = new();
        RunStatus status = RecordedRun.Continue<T>(RunDirectory.Open(folder.File("run"), settings)).Status;
        Assert.Equal(RunStatus.Diverged, status);

        // A longer run finds its loss not finite one iteration later.
        TrainingRun<T> longer = new(settings with { MaxIterations = 20 });
        longer.Run();
        Assert.Equal((RunStatus.Diverged, 9), (longer.Status, longer.Iteration));
        RunDirectory read = RunDirectory.Load(folder.File("run"));
        Assert.Equal((RunStatus.Diverged, 9), (read.Status, read.Iteration));
        History<T> history = read.ReadHistory<T>();
        Assert.Equal([0L, 2, 4, 6, 8, 9], history.Iterations);
        Assert.Equal(longer.History.At(9).ToArray(), history.At(9).ToArray());
        Assert.Contains(history.At(9).ToArray(), parameter => !T.IsFinite(parameter));
        Assert.Equal([0, 1, 2, 3, 4, 5, 8], read.ReadLog().Select(line => line.Iteration));
        Assert.Equal(longer.Log.SkipLast(1), read.ReadLog().SkipLast(1));
        Assert.Equal(read.LastLoss, read.ReadLog()[^1].Loss);

        // Given again, it is returned as it is.
        Dictionary<string, byte[]> before = Directory.GetFiles(folder.File("run")).ToDictionary(path => path, File.ReadAllBytes);
        using RunDirectory again = RunDirectory.Open(folder.File("run"), settings);
        TrainingRun<T> run = RecordedRun.Continue<T>(again);
        Assert.Equal((RunStatus.Diverged, 9), (run.Status, run.Iteration));
        Assert.Equal(read.ReadLog(), run.Log);
        Assert.Equal(before, Directory.GetFiles(folder.File("run")).ToDictionary(path => path, File.ReadAllBytes));
    }

    [Part("jump", "the rate throughout, but for one step beyond all numbers")]
    private sealed record Jump : Schedule
    {
        [Setting(Position = 1, Value = "n", AtLeast = 0)]
        public int At { get; init; }

        public override double StepSize(double rate, int iteration, int iterations) => iteration == At ? double.MaxValue : rate;
    }
}
