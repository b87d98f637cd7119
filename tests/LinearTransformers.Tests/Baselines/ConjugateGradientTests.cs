using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Baselines;

public class ConjugateGradientTests
{
    [Fact]
    public void As_many_steps_as_dimensions_are_least_squares()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            // Examples more than dimensions, or fewer: from about as many, d steps are too few for roundings.
            RegressionProblem problem = new(seed, d => seed % 3 == 0 && d > 1 ? d / 2 : (4 * d) + 3);
            int d = problem.Dimension;
            double expected = new LeastSquares<double>(d).Loss(problem.Statistics);
            IReadOnlyList<QueryErrors> errors = new ConjugateGradient().Evaluate(problem.Statistics, d + 20);
            Assert.Equal(expected, errors[d - 1].Loss, 1e-6 * expected);
            Assert.Equal(expected, errors[^1].Loss, 1e-6 * expected);
            Assert.Equal(expected, new ConjugateGradient().Evaluate(problem.SingleStatistics, d + 20)[^1].Loss, 1e-2 * expected);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void With_too_few_examples_it_loses_one_for_each_dimension_not_seen(int contextLength)
    {
        double floor = LeastSquaresFloor.Loss(contextLength, 5);
        QueryErrors errors = new ConjugateGradient().Evaluate(Draw<double>(contextLength, 100_000), 10)[^1];
        Assert.InRange(errors.StandardError, 0, 0.03 * floor);
        Assert.InRange(floor, errors.Loss - (5 * errors.StandardError), errors.Loss + (5 * errors.StandardError));

        // In single precision roundings tell no more of w than that either.
        errors = new ConjugateGradient().Evaluate(Draw<float>(contextLength, 100_000), 10)[^1];
        Assert.InRange(floor, errors.Loss - (5 * errors.StandardError), errors.Loss + (5 * errors.StandardError));
    }

    [Fact]
    public void One_step_goes_to_the_lowest_point_along_the_gradient()
    {
        // G = diag(1, ¼) and g = (1, ½): α = gᵀg/gᵀGg = 1.25/1.0625, w = α g, and a query at (1, 0) whose label is 0.
        double[] z = [Math.Sqrt(2), 0, Math.Sqrt(2), 0, Math.Sqrt(0.5), Math.Sqrt(2), 1, 0, 0];
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens(z, [0], 2);
        double alpha = 1.25 / 1.0625;
        Assert.Equal(alpha * alpha, new ConjugateGradient().Evaluate(statistics, 1)[0].Loss, 1e-14);
    }

    [Fact]
    public void What_is_solved_stays_so()
    {
        // In one dimension one step solves a prompt; where labels are zero, nothing is left to do from the beginning.
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens([0.3, 0.7, 1, 0, 0.3, 0, 1, 0], [2, 1], 1);
        double expected = (((0.7 / 0.3) - 2) * ((0.7 / 0.3) - 2)) + 1;
        Assert.All(new ConjugateGradient().Evaluate(statistics, 400), errors => Assert.Equal(expected, errors.Sum, 1e-14));
    }

    [Fact]
    public void Curvature_below_the_tolerance_counts_as_zero()
    {
        // Eigenvalues 1 and 1e-6 of G; w = (0, 1), query (0, 1): all of g lies along the small one.
        double[] z = [Math.Sqrt(2), 0, 0, 0, Math.Sqrt(2e-6), Math.Sqrt(2e-6), 0, 1, 0];
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens(z, [1], 2);
        Assert.Equal(0, new ConjugateGradient().Evaluate(statistics, 1)[0].Loss, 1e-12);
        Assert.Equal(0, new ConjugateGradient { Tolerance = 0.9e-6 }.Evaluate(statistics, 1)[0].Loss, 1e-12);
        Assert.Equal(1, new ConjugateGradient { Tolerance = 1.1e-6 }.Evaluate(statistics, 3)[^1].Loss, 1e-12);
    }

    private static GramStatistics<T> Draw<T>(int contextLength, int batchSize)
        where T : unmanaged
    {
        PromptBatch batch = new(new() { BatchSize = batchSize, ContextLength = contextLength, Dimension = 5 });
        batch.Draw(new TorchStream(41));
        GramStatistics<T> statistics = new(batchSize, 5);
        statistics.Compute(batch);
        return statistics;
    }
}
