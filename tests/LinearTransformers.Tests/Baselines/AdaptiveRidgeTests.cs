using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;

namespace LinearTransformers.Tests.Baselines;

/// <summary>Ridge regressions that estimate the noise of each prompt: where they cannot, and how the tuned one is tuned.</summary>
public class AdaptiveRidgeTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void With_no_more_examples_than_dimensions_nothing_is_estimated(int contextLength)
    {
        PromptSettings settings = DrawnPrompts.Settings("noise uniform:2 covariance rotated", 500, contextLength, 5);
        GramStatistics<double> statistics = DrawnPrompts.Statistics(settings);
        Covariance? known = settings.Covariance;
        Assert.Equal(new LeastSquares().Evaluate(statistics, 2, known), new AdaptiveRidge().Evaluate(statistics, 2, known));
        Assert.Equal(
            new RidgeRegression { Penalty = 0.7 / contextLength }.Evaluate(statistics, 2, known),
            new TunedRidge { Factor = 3, Maximum = 0.7 }.Evaluate(statistics, 2, known));
        RidgeRegression ridge = (RidgeRegression)new RidgeRegression().Tuned(statistics, 1, known);
        Assert.Equal(
            new TunedRidge { Factor = 1, Maximum = ridge.Penalty * contextLength }, new TunedRidge().Tuned(statistics, 1, known));
    }

    [Fact]
    public void The_first_examples_of_a_context_are_all_that_it_estimates_from()
    {
        PromptBatch batch = new(DrawnPrompts.Settings("noise 0.5", 300, 9, 3));
        batch.Draw(new TorchStream(2));
        GramStatistics<double> first = new(300, 3, hasSquares: true, hasDeviations: true);
        first.ComputeFirst(batch, examples: 6);

        // The last three of nine examples of each prompt are left out.
        (float[] z, float[] y) = batch.ToTokens();
        double[] tokens = [.. z.Select((number, i) => (Number: (double)number, Token: i / 4 % 10)).Where(x => x.Token is < 6 or 9)
            .Select(x => x.Number)];
        GramStatistics<double> shorter = GramStatistics<double>.FromTokens(
            tokens, [.. y.Select(label => (double)label)], 3, hasSquares: true, [.. y.Select(_ => 0.5)]);
        foreach (Baseline baseline in (Baseline[])[new AdaptiveRidge(), new KnownRidge()])
        {
            double expected = baseline.Evaluate(shorter, 1)[0].Loss;
            Assert.Equal(expected, baseline.Evaluate(first, 1)[0].Loss, 1e-4 * expected);
        }
    }

    [Theory]
    [InlineData("noise uniform:3")]
    [InlineData("noise values:1,3,5")]
    [InlineData("noise 0.5 covariance rotated")]
    public void No_factor_and_maximum_of_a_fine_grid_are_better(string options)
    {
        PromptSettings settings = DrawnPrompts.Settings(options, 400, 15, 5);
        GramStatistics<double> statistics = DrawnPrompts.Statistics(settings);
        TunedRidge tuned = (TunedRidge)new TunedRidge().Tuned(statistics, 1, settings.Covariance);
        double least = Loss(tuned);
        Assert.InRange(least, 0, new AdaptiveRidge().Evaluate(statistics, 1, settings.Covariance)[0].Loss);
        double onGrid = double.PositiveInfinity;
        for (double factor = 0.05; factor < 20; factor *= 1.2)
        {
            for (double maximum = 0.05; maximum < 100; maximum *= 1.2)
            {
                onGrid = Math.Min(onGrid, Loss(new TunedRidge { Factor = factor, Maximum = maximum }));
            }
        }

        Assert.InRange(least, 0, onGrid * (1 + 1e-12));

        // Given one of the two, the other is found.
        foreach (TunedRidge half in (TunedRidge[])[new() { Factor = tuned.Factor }, new() { Maximum = tuned.Maximum }])
        {
            TunedRidge whole = (TunedRidge)half.Tuned(statistics, 1, settings.Covariance);
            Assert.True(whole.Factor == tuned.Factor || whole.Maximum == tuned.Maximum);
            Assert.Equal(least, Loss(whole), 1e-9 * least);
        }

        double Loss(TunedRidge ridge) => ridge.Evaluate(statistics, 1, settings.Covariance)[0].Loss;
    }
}
