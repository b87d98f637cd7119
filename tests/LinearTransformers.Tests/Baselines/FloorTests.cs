using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Baselines;

/// <summary>
/// Baselines on many prompts against the exact expectations: within five standard errors, which are estimated from the
/// losses of parts of the sample.
/// </summary>
public class FloorTests
{
    private const int Parts = 25;
    private const int PartSize = 8000;

    // The eigenvalues of the published covariance.
    private static readonly double[] Eigenvalues = [1, 1, 0.25, 0.0625, 1];

    [Theory]
    [InlineData(1, 20)]
    [InlineData(2, 20)]
    [InlineData(3, 20)]
    [InlineData(4, 20)]
    [InlineData(3, 4)]
    public void Preconditioned_gradient_descent_at_its_best_step_has_its_exact_loss(int steps, int contextLength)
    {
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.ConstantStepOptimum(contextLength, 5, steps);
        AssertMean(optimum.Loss, contextLength, (statistics, covariance)
            => new GradientDescent<double>(5, covariance).Loss(optimum.StepSizes.ToArray(), statistics));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Preconditioned_gradient_descent_with_its_best_steps_has_its_exact_loss(int steps)
    {
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.Optimum(20, 5, steps);
        AssertMean(optimum.Loss, 20, (statistics, covariance)
            => new GradientDescent<double>(5, covariance).Loss(optimum.StepSizes.ToArray(), statistics));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Gradient_descent_at_its_best_step_has_its_exact_loss(int steps)
    {
        GradientDescentOptimum optimum = GradientDescentFloor.ConstantStepOptimum(20, Eigenvalues, steps);
        AssertMean(optimum.Loss, 20, (statistics, _) => new GradientDescent<double>(5).Loss(optimum.StepSize, steps, statistics));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Whitened_least_squares_loses_one_for_each_dimension_not_seen(int contextLength)
    {
        double floor = LeastSquaresFloor.Loss(contextLength, 5);
        AssertMean(floor, contextLength, (statistics, covariance) => new LeastSquares<double>(5, covariance).Loss(statistics));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(20)]
    public void Least_squares_loses_nothing_once_all_dimensions_are_seen(int contextLength)
    {
        (GramStatistics<double> statistics, Covariance covariance) = Draw(new TorchStream(21), contextLength);
        Assert.Equal(0, LeastSquaresFloor.Loss(contextLength, 5));
        Assert.InRange(new LeastSquares<double>(5, covariance).Loss(statistics), 0, 1e-15);
        Assert.InRange(new LeastSquares<double>(5).Loss(statistics), 0, 1e-15);
    }

    [Fact]
    public void The_best_step_on_a_large_batch_is_nearly_the_exact_one()
    {
        (GramStatistics<double> statistics, Covariance covariance) = Draw(new TorchStream(22), 20, batchSize: 200_000);
        PreconditionedGradientDescentOptimum preconditioned = PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, 3);
        Assert.Equal(preconditioned.StepSizes[0], new GradientDescent<double>(5, covariance).Best(3, statistics).StepSize,
            0.02 * preconditioned.StepSizes[0]);
        GradientDescentOptimum plain = GradientDescentFloor.ConstantStepOptimum(20, Eigenvalues, 3);
        Assert.Equal(plain.StepSize, new GradientDescent<double>(5).Best(3, statistics).StepSize, 0.02 * plain.StepSize);
    }

    private static void AssertMean(double exact, int contextLength, Func<GramStatistics<double>, Covariance, double> loss)
    {
        TorchStream stream = new(20);
        double[] losses = new double[Parts];
        for (int part = 0; part < Parts; part++)
        {
            (GramStatistics<double> statistics, Covariance covariance) = Draw(stream, contextLength);
            losses[part] = loss(statistics, covariance);
        }

        double mean = losses.Average();
        double standardError = Math.Sqrt(losses.Sum(x => (x - mean) * (x - mean)) / (Parts - 1.0) / Parts);
        Assert.InRange(standardError, 0, 0.03 * exact);
        Assert.InRange(exact, mean - (5 * standardError), mean + (5 * standardError));
    }

    private static (GramStatistics<double> Statistics, Covariance Covariance) Draw(
        TorchStream stream, int contextLength, int batchSize = PartSize)
    {
        Covariance covariance = Covariance.Rotated(stream, 5);
        PromptBatch batch = new(new() { BatchSize = batchSize, ContextLength = contextLength, Dimension = 5, Covariance = covariance });
        batch.Draw(stream);
        GramStatistics<double> statistics = new(batchSize, 5);
        statistics.Compute(batch);
        return (statistics, covariance);
    }
}
