using LinearTransformers.Experiments.Paper2;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests.Paper2;

public sealed class RoundingTwinsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("twins");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_mean_is_known_to_what_its_seeds_part_by_together()
    {
        // The first seed's ratio scatters with deviation 1 about 3, the second's not at all: the mean of both with ½.
        RoundingTwins.Outcome outcome = new([[2], [5]], [[[3], [5]], [[4], [5]]], [], []);
        Assert.Equal(1, outcome.Deviation(0, seed: 0), 1e-15);
        Assert.Equal(0, outcome.Deviation(0, seed: 1));
        Assert.Equal(0.5, outcome.DeviationOfMean(0), 1e-15);
        Assert.Equal([4, 4.5], outcome.Means(0));
        Assert.Equal(0.005 + (2 * Math.Sqrt(2) * 0.5), outcome.Tolerance(0, decimals: 2), 1e-15);
        Assert.Equal("2 twins that differ by roundings reach from 4 to 4.5", outcome.Reach(0));
    }

    [Fact]
    public void Twins_go_the_way_of_their_runs_to_a_few_roundings_and_are_measured_in_the_order_of_seeds()
    {
        FinishedRun[] sgd = [.. Enumerable.Range(0, 2).Select(seed => Run(new Sgd(), seed))];
        FinishedRun[] adam = [.. Enumerable.Range(0, 2).Select(seed => Run(new Adam(), seed))];

        // Something that tells apart runs, seeds and iterations.
        double[] Measure(FinishedRun run) => [.. ((int[])[0, 4]).Select(t => 2 + (double)run.History.At(t)[0])];
        ExperimentOptions options = new() { Root = _folder.FullName, Threads = 1 };
        RoundingTwins.Outcome outcome = new RoundingTwins(sgd, adam, Measure, stride: 2)
            .Compare("test", "tiny-", 5, [2, 4], options, new Deaf(), TestContext.Current.CancellationToken);

        Assert.Equal(8, outcome.Ratios.Length);
        for (int seed = 0; seed < 2; seed++)
        {
            Assert.Equal(1, outcome.Ours[seed][0]);
            Assert.Equal(Measure(sgd[seed])[1] / Measure(adam[seed])[1], outcome.Ours[seed][1]);
            Assert.All(outcome.Ratios, twin => Assert.Equal(outcome.Ours[seed][1], twin[seed][1], 1e-5));
            Assert.NotEqual(0, outcome.Deviation(1, seed));
        }

        Assert.All([.. outcome.SgdDistances, .. outcome.AdamDistances], distance => Assert.InRange(distance, 1e-9, 1e-5));
    }

    private static FinishedRun Run(Optimizer algorithm, int seed)
    {
        TrainingRun<float> run = new(new TrainingSettings { Optimizer = algorithm, BatchSize = 32, MaxIterations = 6, Seed = seed });
        run.Run();
        return new FinishedRun(run.Settings, run.History, run.Log, run.LastLoss, null);
    }

    private sealed class Deaf : IProgressReporter, IRunProgress
    {
        public IRunProgress Start(string name, int iterations, double cost = 1) => this;

        public void Report(int iterations, double loss = double.NaN)
        {
        }
    }
}
