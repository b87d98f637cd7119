using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Baselines;

public class NewtonTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.3)]
    [InlineData(1.9)]
    public void After_enough_steps_it_is_least_squares(double start)
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            // Any number of examples, as many as dimensions among them.
            RegressionProblem problem = new(seed);
            double expected = new LeastSquares<double>(problem.Dimension).Loss(problem.Statistics);
            Newton newton = new() { Start = start };
            Assert.Equal(expected, newton.Evaluate(problem.Statistics, 100)[^1].Loss, 1e-9 * expected);
            expected = new LeastSquares<float>(problem.Dimension).Loss(problem.SingleStatistics);
            Assert.Equal(expected, newton.Evaluate(problem.SingleStatistics, 100)[^1].Loss, 1e-9 * expected);
        }
    }

    [Fact]
    public void On_an_eigenvalue_every_step_squares_what_is_left()
    {
        // G = diag(1, ½), w = (1, 1), and a query along the second axis, whose label is 1.
        double[] z = [Math.Sqrt(2), 0, Math.Sqrt(2), 0, 1, 1, 0, 1, 0];
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens(z, [1], 2);
        double left = 1 - (0.7 * 0.25);
        IReadOnlyList<QueryErrors> errors = new Newton { Start = 0.7 }.Evaluate(statistics, 8);
        for (int k = 0; k < 8; k++)
        {
            left *= left;
            Assert.Equal(left * left, errors[k].Loss, 1e-14);
        }
    }
}
