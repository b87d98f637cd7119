using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Random;

namespace LinearTransformers.Tests.Baselines;

public class BestStepSizeTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void No_step_size_of_a_fine_grid_is_better(int steps)
    {
        GramStatistics<double> statistics = Statistics<double>();
        GradientDescent<double> descent = new(5);
        BestStepSize best = descent.Best(steps, statistics, tolerance: 1e-9);
        Assert.False(best.AtEdge);
        Assert.Equal(descent.Loss(best.StepSize, steps, statistics), best.Loss);

        double[] grid = [.. Enumerable.Range(-400, 801).Select(i => best.StepSize * Math.Pow(10, i / 200.0))];
        BestStepSize onGrid = descent.BestOnGrid(grid, steps, statistics);
        Assert.Equal(best.StepSize, onGrid.StepSize, 1e-6 * best.StepSize);
        Assert.InRange(best.Loss, 0, onGrid.Loss * (1 + 1e-14));
    }

    [Fact]
    public void Single_precision_finds_a_loss_as_low_as_double_precision()
    {
        BestStepSize expected = new GradientDescent<double>(5).Best(3, Statistics<double>());
        BestStepSize actual = new GradientDescent<float>(5).Best(3, Statistics<float>());
        Assert.Equal(expected.Loss, actual.Loss, 1e-6 * expected.Loss);
        Assert.Equal(expected.StepSize, actual.StepSize, 2e-3 * expected.StepSize);
    }

    [Fact]
    public void The_closed_form_of_a_single_step_is_what_the_search_finds()
    {
        GramStatistics<double> statistics = Statistics<double>();
        GradientDescent<double> descent = new(5);
        BestStepSize closed = descent.BestSingleStep(statistics);
        Assert.Equal(descent.Loss(closed.StepSize, 1, statistics), closed.Loss, 1e-13 * closed.Loss);
        Assert.Equal(descent.Best(1, statistics, 1e-9).StepSize, closed.StepSize, 1e-7 * closed.StepSize);
    }

    [Fact]
    public void The_best_of_a_grid_is_the_first_of_least_loss_and_says_when_it_is_at_the_edge()
    {
        GramStatistics<float> statistics = Statistics<float>();
        GradientDescent<float> descent = new(5);
        BestStepSize best = descent.BestOnGrid(PublishedBaselines.ForMeans(PublishedBaselines.LongGrid, 20), 3, statistics);
        Assert.False(best.AtEdge);
        Assert.True(descent.BestOnGrid([best.StepSize / 4, best.StepSize / 2, best.StepSize], 3, statistics).AtEdge);
        Assert.Equal(best.StepSize, descent.BestOnGrid([0, best.StepSize, 1e30], 3, statistics).StepSize);

        // 1e30 to the third power overflows single precision: not a number, and never the best.
        Assert.Throws<ArithmeticException>(() => descent.BestOnGrid([1e30, 1e31], 3, statistics));
    }

    [Fact]
    public void Labels_against_the_examples_leave_no_good_step_size()
    {
        // One example x = 1, y = 1 and a query x = 1, y = −1: the best single step goes backwards.
        GradientDescent<double> descent = new(1);
        GramStatistics<double> against = GramStatistics<double>.FromTokens([1, 1, 1, 0], [-1], 1);
        Assert.Equal(new BestStepSize(-1, 0, false), descent.BestSingleStep(against));
        // Three steps give w = 1 − (1 − η)³ > 0, and each is worse than none.
        BestStepSize best = descent.Best(3, against);
        Assert.True(best.AtEdge);
        Assert.Equal(1, best.Loss, 1e-3);

        // No covariate, no descent.
        GramStatistics<double> nothing = GramStatistics<double>.FromTokens([0, 1, 0, 0], [2], 1);
        Assert.Equal(new BestStepSize(0, 4, true), descent.Best(2, nothing));
    }

    private static GramStatistics<T> Statistics<T>()
        where T : unmanaged
    {
        PromptBatch batch = new(new() { BatchSize = 1000, ContextLength = 20, Dimension = 5 });
        batch.Draw(new TorchStream(9));
        GramStatistics<T> statistics = new(1000, 5);
        statistics.Compute(batch);
        return statistics;
    }
}
