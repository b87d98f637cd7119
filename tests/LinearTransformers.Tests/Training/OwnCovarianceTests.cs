using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Storage;
using LinearTransformers.Tests.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

/// <summary>Runs with covariance laws from outside the library: these may give the identity.</summary>
public class OwnCovarianceTests
{
    private static readonly TrainingSettings Settings =
        new() { Dimension = 2, Layers = 1, BatchSize = 20, MaxIterations = 9, ContextLength = 6, HistoryStride = 2 };

    [Fact]
    public void A_run_whose_law_gives_the_identity_is_read_and_gone_on_with()
    {
        using TemporaryFolder folder = new();
        TrainingSettings settings = Settings with { Covariance = new OwnIdentity() };
        TrainingRun<float> whole = new(settings);
        whole.Run();
        Assert.Null(whole.History.Covariance);
        using (RunDirectory directory = RunDirectory.Open(folder.File("run"), settings))
        {
            using CancellationTokenSource stop = new();
            RecordedRun.Continue<float>(directory, onIteration: (done, _) => { if (done == 5) { stop.Cancel(); } }, stop: stop.Token);
            Assert.Equal(5, directory.Iteration);
        }

        Assert.Null(RunDirectory.Load(folder.File("run")).ReadHistory<float>().Covariance);
        using RunDirectory again = RunDirectory.Open(folder.File("run"), settings);
        Assert.Equal(whole.Parameters.ToArray(), RecordedRun.Continue<float>(again).Parameters.ToArray());
        Assert.Equal(whole.History.Iterations, RunDirectory.Load(folder.File("run")).ReadHistory<float>().Iterations);
    }

    [Fact]
    public void One_whose_law_gives_another_is_gone_on_with_only_from_that()
    {
        using TemporaryFolder folder = new();
        TrainingSettings settings = Settings with { Covariance = new OwnRotated() };
        RecordedRun.Continue<float>(RunDirectory.Open(folder.File("run"), settings));
        Assert.NotNull(RunDirectory.Load(folder.File("run")).ReadHistory<float>().Covariance);
        string path = folder.File("run/history.safetensors");
        TensorFile history = TensorFile.Read(path);
        TensorFile.Write(path, [.. history.Tensors.Where(tensor => tensor.Name is not ("U" or "D"))], history.Metadata);
        Assert.Contains(
            "tensors \"U\" and \"D\" are not those that the run's seed gives",
            Assert.Throws<RunDirectoryException>(
                () => RecordedRun.Continue<float>(RunDirectory.Open(folder.File("run"), settings))).Message);
    }

    [Fact]
    public void A_law_that_says_it_never_gives_the_identity_gives_another_one()
        => Assert.All(
            CovarianceLaw.Catalog.Entries.Select(entry => (CovarianceLaw)entry.Default)
                .Where(law => !law.CanBeIdentity && law.WhatIsWrong(dimension: 1) is null),
            law => Assert.NotNull(law.Draw(new TorchStream(3), dimension: 1)));

    [Part("own-identity", "the identity, for which numbers are drawn all the same")]
    private sealed record OwnIdentity : CovarianceLaw
    {
        public override Covariance? Draw(IStream stream, int dimension)
        {
            _ = Covariance.Rotated(stream, dimension);
            return null;
        }
    }

    [Part("own-rotated", "a rotated one")]
    private sealed record OwnRotated : CovarianceLaw
    {
        public override Covariance? Draw(IStream stream, int dimension) => Covariance.Rotated(stream, dimension);
    }
}
