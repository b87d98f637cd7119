using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Baselines;

public class HeavyBallTests
{
    [Fact]
    public void Without_momentum_it_has_the_bits_of_gradient_descent()
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            RegressionProblem problem = new(seed);
            Assert.Equal(
                new GradientDescent { StepSize = 0.4 }.Evaluate(problem.SingleStatistics, 5),
                new HeavyBall { StepSize = 0.4, Momentum = 0 }.Evaluate(problem.SingleStatistics, 5));
        }
    }

    [Theory]
    [InlineData(0.3, 0.5, 1.0)]
    [InlineData(1.7, 0.2, 0.6)]
    [InlineData(0.05, 0.9, 0.4)]
    [InlineData(2.4, 0.1, 1.3)]
    public void In_one_dimension_it_is_Chebyshevs_polynomials(double stepSize, double momentum, double example)
    {
        // One example x with label x, so that w = 1 and λ = x²; a query at 1, so that the residual is −p_k(λ).
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens([example, example, 1, 0], [1], 1);
        IReadOnlyList<QueryErrors> errors = new HeavyBall { StepSize = stepSize, Momentum = momentum }.Evaluate(statistics, 9);
        double c = (1 + momentum - (stepSize * example * example)) / (2 * Math.Sqrt(momentum));
        for (int k = 1; k <= 9; k++)
        {
            double p = Math.Pow(momentum, k / 2.0) * (SecondKind(k, c) - (Math.Sqrt(momentum) * SecondKind(k - 1, c)));
            Assert.Equal(p * p, errors[k - 1].Loss, 1e-12 * (1 + (p * p)));
        }

        // U_n(cos θ) = sin (n + 1)θ / sin θ, and the like beyond ±1.
        static double SecondKind(int n, double c)
        {
            if (Math.Abs(c) <= 1)
            {
                double theta = Math.Acos(c);
                return Math.Sin((n + 1) * theta) / Math.Sin(theta);
            }

            double t = Math.Acosh(Math.Abs(c));
            return (c < 0 && n % 2 == 1 ? -1 : 1) * Math.Sinh((n + 1) * t) / Math.Sinh(t);
        }
    }

    [Fact]
    public void Two_steps_are_the_best_two_of_gradient_descent()
    {
        // (1 − η_0 λ)(1 − η_1 λ) = 1 − η (2 + β) λ + η² λ².
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.Optimum(20, 5, 2);
        double stepSize = Math.Sqrt(optimum.StepSizes[0] * optimum.StepSizes[1]);
        double momentum = (optimum.StepSizes.Sum() / stepSize) - 2;
        GramStatistics<double> statistics = Draw(20, 100_000);
        QueryErrors errors = new HeavyBall { StepSize = stepSize, Momentum = momentum }.Evaluate(statistics, 2)[^1];
        Assert.Equal(new GradientDescent<double>(5).Loss([.. optimum.StepSizes], statistics), errors.Loss, 1e-12);
        Assert.InRange(optimum.Loss, errors.Loss - (5 * errors.StandardError), errors.Loss + (5 * errors.StandardError));
        Assert.InRange(errors.StandardError, 0, 0.02 * errors.Loss);

        HeavyBall tuned = (HeavyBall)new HeavyBall().Tuned(statistics, 2);
        Assert.InRange(tuned.Evaluate(statistics, 2)[^1].Loss, 0, errors.Loss);
        Assert.Equal(stepSize, tuned.StepSize!.Value, 0.02 * stepSize);
        Assert.Equal(momentum, tuned.Momentum!.Value, 0.05);
    }

    [Theory]
    [InlineData(3, 20, 0.5)]
    [InlineData(5, 20, 0.5)]
    [InlineData(3, 4, 0.15)]
    public void Its_loss_is_the_exact_one(int steps, int contextLength, double stepSize)
    {
        // E tr p(S)² over the eigenvalues of S, by a quadrature that is exact for polynomials of that degree.
        HeavyBall baseline = new() { StepSize = stepSize, Momentum = 0.25 };
        WishartQuadrature spectrum = WishartQuadrature.ForDegree(contextLength, 5, 2 * steps);
        double exact = 0;
        for (int i = 0; i < spectrum.Nodes.Length; i++)
        {
            (double before, double here) = (1, 1 - (stepSize * spectrum.Nodes[i]));
            for (int k = 1; k < steps; k++)
            {
                (before, here) = (here, ((1.25 - (stepSize * spectrum.Nodes[i])) * here) - (0.25 * before));
            }

            exact += spectrum.Weights[i] * here * here;
        }

        QueryErrors errors = baseline.Evaluate(Draw(contextLength, 100_000), steps)[^1];
        Assert.InRange(errors.StandardError, 0, 0.03 * errors.Loss);
        Assert.InRange(exact, errors.Loss - (5 * errors.StandardError), errors.Loss + (5 * errors.StandardError));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    public void With_the_best_momentum_it_is_no_worse_than_gradient_descent(int steps)
    {
        GramStatistics<double> statistics = Draw(20, 1000);
        HeavyBall best = (HeavyBall)new HeavyBall().Tuned(statistics, steps);
        double loss = best.Evaluate(statistics, steps)[^1].Loss;
        Assert.InRange(loss, 0, new GradientDescent<double>(5).Best(steps, statistics).Loss * (1 + 1e-10));
        Assert.Equal(steps == 1, best.Momentum == 0);

        // Given one of the two settings, the other is found.
        Baseline given = new HeavyBall { Momentum = best.Momentum }.Tuned(statistics, steps);
        Assert.Equal(loss, given.Evaluate(statistics, steps)[^1].Loss, 1e-9 * loss);
        if (steps > 1)
        {
            given = new HeavyBall { StepSize = best.StepSize }.Tuned(statistics, steps);
            Assert.Equal(loss, given.Evaluate(statistics, steps)[^1].Loss, 1e-9 * loss);
        }
    }

    private static GramStatistics<double> Draw(int contextLength, int batchSize)
    {
        PromptBatch batch = new(new() { BatchSize = batchSize, ContextLength = contextLength, Dimension = 5 });
        batch.Draw(new TorchStream(31));
        GramStatistics<double> statistics = new(batchSize, 5);
        statistics.Compute(batch);
        return statistics;
    }
}
