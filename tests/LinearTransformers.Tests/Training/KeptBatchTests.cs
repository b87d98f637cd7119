using LinearTransformers.Numerics;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>A batch that serves several iterations is saved as what it is drawn from.</summary>
public class KeptBatchTests
{
    [Theory]
    [InlineData(StreamKind.Torch)]
    [InlineData(StreamKind.Native)]
    public void A_state_holds_the_stream_before_the_batch_and_none_of_its_numbers(StreamKind kind)
    {
        TrainingSettings settings = new() { BatchSize = 300, ContextLength = 6, ResampleEvery = 4, MaxIterations = 11, Stream = kind };
        TrainingRun<float> run = new(settings);
        Assert.Equal(0, ((Tensor<long>)run.SaveState().Single(tensor => tensor.Name == "batch.refreshed")).Values.Span[0]);
        Run(run, 6);
        IReadOnlyList<Tensor> state = run.SaveState();
        IEnumerable<string> names = state.Select(tensor => tensor.Name).Where(name => name.StartsWith("batch.", StringComparison.Ordinal));
        Assert.Equal(["batch.refreshed", "batch.stream"], names.Order());
        Assert.Equal(1, ((Tensor<long>)state.Single(tensor => tensor.Name == "batch.refreshed")).Values.Span[0]);

        // Of a run that has several threads, too: the same bytes.
        using WorkerTeam team = new(2);
        TrainingRun<float> together = new(settings, team);
        Run(together, 6);
        Assert.Equal(Bytes(state), Bytes(together.SaveState()));
    }

    [Fact]
    public void A_batch_whose_numbers_an_earlier_version_saved_is_saved_with_them_until_the_next_one()
    {
        using TemporaryFolder folder = new();
        GoldenRun.Copy("sgd-unfinished", folder.File("run"));
        GoldenRun.Copy("sgd-finished", folder.File("whole"));
        RunDirectory whole = RunDirectory.Load(folder.File("whole"));
        Assert.Contains(ReadState(), tensor => tensor.Name == "batch.covariates");
        int begun = RunDirectory.Load(folder.File("run")).Iteration;
        Assert.Equal(7, whole.Settings.ResampleEvery);

        // At most six iterations until a new batch: states before it have the numbers, states after it what to draw it from.
        for (int until = begun + 1; until < 40; until++)
        {
            using CancellationTokenSource stop = new();
            using RunDirectory directory = RunDirectory.Open(folder.File("run"), whole.Settings);
            RecordedRun.Continue<double>(directory, onIteration: (done, _) => { if (done >= until) { stop.Cancel(); } }, stop: stop.Token);
            bool isNew = until > (begun + 6) / 7 * 7;
            Assert.Equal(isNew, ReadState().Any(tensor => tensor.Name == "batch.stream"));
            Assert.Equal(!isNew, ReadState().Any(tensor => tensor.Name == "batch.covariates"));
        }

        using RunDirectory last = RunDirectory.Open(folder.File("run"), whole.Settings);
        RecordedRun.Continue<double>(last);
        History<double> expected = whole.ReadHistory<double>();
        History<double> actual = last.ReadHistory<double>();
        Assert.Equal(expected.Iterations, actual.Iterations);
        Assert.Equal(expected[expected.Count - 1].ToArray(), actual[actual.Count - 1].ToArray());

        IReadOnlyList<Tensor> ReadState() => TensorFile.Read(folder.File("run/state.safetensors")).Tensors;
    }

    private static void Run(TrainingRun<float> run, int iterations)
    {
        using CancellationTokenSource stop = new();
        run.Run(onIteration: () => { if (run.Iteration >= iterations) { stop.Cancel(); } }, stop: stop.Token);
    }

    private static byte[] Bytes(IReadOnlyList<Tensor> state)
    {
        using MemoryStream bytes = new();
        TensorFile.Write(bytes, state);
        return bytes.ToArray();
    }
}
