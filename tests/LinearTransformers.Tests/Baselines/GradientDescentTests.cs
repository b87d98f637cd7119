using FsCheck.Xunit;
using LinearTransformers.Baselines;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Baselines;

public class GradientDescentTests
{
    [Property(MaxTest = 150)]
    public void Loss_is_that_of_the_update_written_out_for_each_prompt(int seed)
    {
        RegressionProblem problem = new(seed);
        double[] stepSizes = problem.StepSizes(problem.Random.Next(1, 7));
        Covariance? covariance = problem.Random.Next(2) == 0 ? problem.Covariance : null;
        double[,]? preconditioner = covariance is null ? null : problem.InverseCovariance;
        double expected = TokenRegression.Loss(
            problem.Z, problem.Y, problem.Dimension, (x, y) => TokenRegression.Descend(x, y, stepSizes, preconditioner));
        Assert.Equal(expected, new GradientDescent<double>(problem.Dimension, covariance).Loss(stepSizes, problem.Statistics),
            1e-12 * (1 + expected));
        Assert.Equal(expected, new GradientDescent<float>(problem.Dimension, covariance).Loss(stepSizes, problem.SingleStatistics),
            1e-4 * (1 + expected));
    }

    [Property(MaxTest = 100)]
    public void Steps_are_the_layers_of_a_transformer_with_zero_P(int seed)
    {
        RegressionProblem problem = new(seed);
        int d = problem.Dimension;
        double[] stepSizes = problem.StepSizes(problem.Random.Next(1, 5));
        LinearTransformerShape shape = new(stepSizes.Length, 1, d);
        double[,] identity = Dense.Scaled(1, [.. Enumerable.Repeat(1.0, d)]);
        foreach (Covariance? covariance in new[] { null, problem.Covariance })
        {
            // Q̂_k = −η_k M; the transformer's prediction is minus its entry, and so its loss is the same.
            double[] m = [.. (covariance is null ? identity : problem.InverseCovariance).Cast<double>()];
            double[] parameters = [.. stepSizes.SelectMany(eta => new double[d * d].Concat(m.Select(entry => -eta * entry)))];
            double expected = new GramLoss<double>(shape).Evaluate(parameters, problem.Statistics);
            Assert.Equal(expected, new GradientDescent<double>(d, covariance).Loss(stepSizes, problem.Statistics), 1e-12 * (1 + expected));
        }
    }

    [Property(MaxTest = 50)]
    public void A_grid_gives_the_bits_of_its_step_sizes_alone(int seed)
    {
        RegressionProblem problem = new(seed);
        GramStatistics<float> statistics = problem.SingleStatistics;
        GradientDescent<float> descent = new(problem.Dimension, problem.Covariance);
        double[] grid = problem.StepSizes(7);
        double[,] losses = descent.Losses(grid, 4, statistics);
        for (int i = 0; i < grid.Length; i++)
        {
            for (int steps = 1; steps <= 4; steps++)
            {
                Assert.Equal(descent.Loss(grid[i], steps, statistics), losses[i, steps - 1]);
                Assert.Equal(descent.Loss([.. Enumerable.Repeat(grid[i], steps)], statistics), losses[i, steps - 1]);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        (GramStatistics<float> statistics, Covariance covariance) = Batch();
        using WorkerTeam team = new(threads);
        double[] grid = [0.1, 0.2, 0.7];
        Assert.Equal(
            new GradientDescent<float>(5, covariance).Losses(grid, 3, statistics),
            new GradientDescent<float>(5, covariance, team).Losses(grid, 3, statistics));
        Assert.Equal(
            new GradientDescent<float>(5).BestSingleStep(statistics),
            new GradientDescent<float>(5, null, team).BestSingleStep(statistics));
        Assert.Equal(
            new GradientDescent<float>(5).Best(2, statistics),
            new GradientDescent<float>(5, null, team).Best(2, statistics));
    }

    [Fact]
    public void The_kernel_for_dimension_5_and_the_one_for_any_give_the_same_bits()
    {
        (GramStatistics<float> statistics, Covariance covariance) = Batch();
        Assert.Equal(
            new GradientDescent<float>(5, covariance, null, knownDimension: true).Losses([0.3, 0.5], 4, statistics),
            new GradientDescent<float>(5, covariance, null, knownDimension: false).Losses([0.3, 0.5], 4, statistics));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        GradientDescent<float> descent = new(5);
        GramStatistics<float> statistics = new(4, 5);
        Assert.Contains("dimension 3",
            Assert.Throws<ArgumentException>(() => descent.Loss(0.1, 1, new GramStatistics<float>(4, 3))).Message);
        Assert.Contains("step size is NaN", Assert.Throws<ArgumentException>(() => descent.Loss(double.NaN, 1, statistics)).Message);
        Assert.Contains("no step size", Assert.Throws<ArgumentException>(() => descent.Loss([], statistics)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => descent.Loss(0.1, 0, statistics));
        Assert.Contains("covariance of dimension 2",
            Assert.Throws<ArgumentException>(() => new GradientDescent<float>(5, new([1, 0, 0, 1], [1, 1]))).Message);
        Assert.Throws<NotSupportedException>(() => new GradientDescent<int>(5));
    }

    private static (GramStatistics<float> Statistics, Covariance Covariance) Batch()
    {
        TorchStream stream = new(4);
        Covariance covariance = Covariance.Rotated(stream, 5);
        PromptBatch batch = new(new() { BatchSize = 2345, ContextLength = 8, Dimension = 5, Covariance = covariance });
        batch.Draw(stream);
        GramStatistics<float> statistics = new(2345, 5);
        statistics.Compute(batch);
        return (statistics, covariance);
    }
}
