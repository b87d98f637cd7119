using System.Numerics;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Tests.Training;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>Runs with every part that are asked for more iterations than they had.</summary>
public class GoingOnTests
{
    /// <summary>Neither is a multiple of the history's stride or the log's: what stands there stands only because the run ended.</summary>
    private const int Shorter = 9;
    private const int Longer = 13;

    public static TheoryData<string, string> Parts => PartCases.OfRuns;

    public static TheoryData<string, int?> Batches
        => [.. PartCases.TextsOf(typeof(Optimizer)).SelectMany(text => ((int?[])[null, 0, 1, 4]).Select(every => (text, every)))];

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_run_goes_on_for_more_iterations_with_the_bytes_of_one_that_was_asked_for_them_at_once(string kind, string text)
    {
        foreach (StreamKind stream in Enum.GetValues<StreamKind>())
        {
            TrainingSettings settings = Settings(PartCases.ShortRun(kind, text, stream));
            Compare<float>(settings);
            Compare<double>(settings with { Precision = Precision.Double });
        }
    }

    [Theory]
    [MemberData(nameof(Batches))]
    public void So_does_one_with_every_optimizer_whichever_iterations_a_batch_serves(string optimizer, int? resampleEvery)
    {
        foreach (StreamKind stream in Enum.GetValues<StreamKind>())
        {
            Compare<float>(Settings(PartCases.ShortRun(nameof(Optimizer), optimizer, stream)) with
            {
                ResampleEvery = resampleEvery,
                WarmUp = 11,
                DataSeed = 3,
            });
        }
    }

    [Theory]
    [InlineData(40)]
    [InlineData(70)]
    public void So_does_one_on_a_fixed_set_of_prompts(int size)
    {
        foreach (StreamKind stream in Enum.GetValues<StreamKind>())
        {
            Compare<float>(Settings(PartCases.ShortRun() with { Stream = stream, DataSet = size }));
        }
    }

    private static TrainingSettings Settings(TrainingSettings settings)
        => settings with { MaxIterations = Longer, LogEvery = 5, HistoryStride = 2, BatchSize = 40 };

    private static void Compare<T>(TrainingSettings settings)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using TemporaryFolder folder = new();
        TrainingSettings shorter = settings with { MaxIterations = Shorter };
        RunStatus ended = Continue<T>(folder.File("finished"), shorter);
        if (ended is RunStatus.Diverged || settings.Schedule.DependsOnIterations)
        {
            Dictionary<string, byte[]> before = RunBytes.Of(folder.File("finished"));
            string message = Assert.Throws<RunDirectoryException>(() => RunDirectory.Open(folder.File("finished"), settings)).Message;
            Assert.Contains(ended is RunStatus.Diverged ? "which diverged at iteration" : "is another from its start", message);
            Assert.Equal(before, RunBytes.Of(folder.File("finished")));
            return;
        }

        Continue<T>(folder.File("whole"), settings);
        Continue<T>(folder.File("finished"), settings);
        RunBytes.AssertEqual(folder.File("whole"), folder.File("finished"));

        // With threads batches are drawn ahead; the shorter run must not have drawn ahead of its end.
        using WorkerTeam team = new(2);
        Continue<T>(folder.File("unfinished"), shorter, 6, team);
        Continue<T>(folder.File("unfinished"), settings, 10, team);
        Continue<T>(folder.File("unfinished"), settings, team: team);
        RunBytes.AssertEqual(folder.File("whole"), folder.File("unfinished"));
        Continue<T>(folder.File("together"), shorter, team: team);
        Continue<T>(folder.File("together"), settings, team: team);
        RunBytes.AssertEqual(folder.File("whole"), folder.File("together"));
    }

    private static RunStatus Continue<T>(string path, TrainingSettings settings, int until = int.MaxValue, WorkerTeam? team = null)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using CancellationTokenSource stop = new();
        using RunDirectory directory = RunDirectory.Open(path, settings);
        return RecordedRun.Continue<T>(
            directory, team, onIteration: (done, _) => { if (done >= until) { stop.Cancel(); } }, stop: stop.Token).Status;
    }
}
