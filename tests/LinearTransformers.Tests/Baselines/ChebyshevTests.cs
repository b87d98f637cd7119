using LinearTransformers.Baselines;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Tests.Reference;
using LinearTransformers.Tests.Statistics;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Baselines;

public class ChebyshevTests
{
    [Theory]
    [InlineData(2.5)]
    [InlineData(0.4)]
    public void With_equal_bounds_it_has_the_bits_of_gradient_descent(double bound)
    {
        for (int seed = 1; seed <= 20; seed++)
        {
            RegressionProblem problem = new(seed);
            Assert.Equal(
                new GradientDescent { StepSize = 1 / bound }.Evaluate(problem.SingleStatistics, 5),
                new Chebyshev { Low = bound, High = bound }.Evaluate(problem.SingleStatistics, 5));
        }
    }

    [Theory]
    [InlineData(0.2, 1.5, 0.8)]
    [InlineData(0.5, 0.9, 1.4)]
    [InlineData(0, 2, 0.3)]
    [InlineData(1, 3, 0.2)]
    public void In_one_dimension_it_is_Chebyshevs_polynomials(double low, double high, double example)
    {
        // One example x with label x, so that w = 1 and λ = x²; a query at 1, so that the residual is −p_k(λ).
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens([example, example, 1, 0], [1], 1);
        IReadOnlyList<QueryErrors> errors = new Chebyshev { Low = low, High = high }.Evaluate(statistics, 9);
        double scale = 2 / (high - low);
        for (int k = 1; k <= 9; k++)
        {
            double p = FirstKind(k, scale * (((high + low) / 2) - (example * example))) / FirstKind(k, scale * (high + low) / 2);
            Assert.Equal(p * p, errors[k - 1].Loss, 1e-12 * (1 + (p * p)));
        }

        // T_n(cos θ) = cos nθ, and the like beyond ±1.
        static double FirstKind(int n, double c) => Math.Abs(c) <= 1
            ? Math.Cos(n * Math.Acos(c))
            : (c < 0 && n % 2 == 1 ? -1 : 1) * Math.Cosh(n * Math.Acosh(Math.Abs(c)));
    }

    [Theory]
    [InlineData(20, 3, 0.2, 3.5)]
    [InlineData(20, 5, 0.1, 4)]
    [InlineData(7, 2, 0.1, 4)]
    public void The_loss_is_the_expectation_of_its_polynomial(int contextLength, int steps, double low, double high)
    {
        WishartQuadrature spectrum = WishartQuadrature.ForDegree(contextLength, 5, 2 * steps);
        double exact = 0;
        for (int i = 0; i < spectrum.Nodes.Length; i++)
        {
            double p = 1;
            for (int j = 1; j <= steps; j++)
            {
                p *= 1 - (spectrum.Nodes[i] * 2 / (high + low + ((high - low) * Math.Cos(((2 * j) - 1) * Math.PI / (2 * steps)))));
            }

            exact += spectrum.Weights[i] * p * p;
        }

        // Bounds that few eigenvalues are above: of those a sample has too few.
        QueryErrors errors = new Chebyshev { Low = low, High = high }.Evaluate(Draw("", contextLength, 100_000), steps)[^1];
        Assert.InRange(errors.StandardError, 0, 0.03 * exact);
        Assert.InRange(exact, errors.Loss - (4 * errors.StandardError), errors.Loss + (4 * errors.StandardError));
    }

    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "")]
    [InlineData(3, "noise 0.5")]
    [InlineData(6, "covariance rotated")]
    [InlineData(12, "")]
    public void With_the_best_bounds_it_is_no_worse_than_gradient_descent(int steps, string options)
    {
        GramStatistics<double> statistics = Draw(options, 20, 1000);
        Chebyshev best = (Chebyshev)new Chebyshev().Tuned(statistics, steps);
        double loss = best.Evaluate(statistics, steps)[^1].Loss;
        double descent = new GradientDescent<double>(5).Best(steps, statistics).Loss;
        Assert.InRange(loss, 0, (steps == 1 ? 1 + 1e-10 : 0.999) * descent);
        Assert.Equal(steps == 1, best.Low == best.High);

        // Given one of the two bounds, the other is found.
        if (steps > 1)
        {
            foreach (Chebyshev half in (Chebyshev[])[new() { Low = best.Low }, new() { High = best.High }])
            {
                Assert.Equal(loss, half.Tuned(statistics, steps).Evaluate(statistics, steps)[^1].Loss, 1e-6 * loss);
            }
        }

        Chebyshev fromZero = (Chebyshev)new Chebyshev { Low = 0 }.Tuned(statistics, steps);
        Assert.Equal(0, fromZero.Low);
        Assert.InRange(fromZero.Evaluate(statistics, steps)[^1].Loss, loss * (1 - 1e-9), double.PositiveInfinity);
    }

    [Fact]
    public void Two_steps_are_the_best_two_of_gradient_descent()
    {
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.Optimum(20, 5, 2);

        // The zeros of T_2((θ − λ)/δ) are θ ± δ/√2.
        double[] zeros = [.. optimum.StepSizes.Select(size => 1 / size).Order()];
        double theta = (zeros[0] + zeros[1]) / 2;
        double delta = (zeros[1] - zeros[0]) / Math.Sqrt(2);
        GramStatistics<double> statistics = Draw("", 20, 200_000);
        Chebyshev tuned = (Chebyshev)new Chebyshev().Tuned(statistics, 2);
        Assert.Equal(theta - delta, tuned.Low!.Value, 0.02);
        Assert.Equal(theta + delta, tuned.High!.Value, 0.02);
    }

    [Theory]
    [InlineData(20, 5, 0.25, 2.25)]
    [InlineData(5, 20, 1, 9)]
    [InlineData(7, 7, 0, 4)]
    public void Marchenko_and_Pastur_have_edges(int contextLength, int dimension, double low, double high)
    {
        Chebyshev bounds = MarchenkoPasturChebyshev.Of(contextLength, dimension);
        Assert.Equal(low, bounds.Low!.Value, 1e-14);
        Assert.Equal(high, bounds.High!.Value, 1e-14);
        Covariance covariance = DrawnPrompts.Settings("covariance ar:0.5", 1, contextLength, dimension).Covariance!;
        double[] eigenvalues = [.. covariance.D.Select(scale => (double)scale * scale).Order()];
        bounds = MarchenkoPasturChebyshev.Of(contextLength, dimension, covariance);
        Assert.Equal(low * eigenvalues[0], bounds.Low!.Value, 1e-5);
        Assert.Equal(high * eigenvalues[^1], bounds.High!.Value, 1e-5);
    }

    [Theory]
    [InlineData(400, 100, "")]
    [InlineData(60, 120, "")]
    [InlineData(400, 100, "covariance ar:0.5")]
    public void Eigenvalues_of_large_matrices_lie_between_the_edges_but_for_zeros(int contextLength, int dimension, string options)
    {
        PromptSettings settings = DrawnPrompts.Settings(options, 3, contextLength, dimension);
        Chebyshev bounds = MarchenkoPasturChebyshev.Of(contextLength, dimension, settings.Covariance);
        foreach (double[] numbers in GramNumbers.Of(DrawnPrompts.Statistics(settings)))
        {
            double[,] gram = new double[dimension, dimension];
            for (int i = 0, entry = 0; i < dimension; i++)
            {
                for (int j = 0; j <= i; j++)
                {
                    gram[i, j] = numbers[entry++];
                }
            }

            double[] eigenvalues = [.. SymmetricEigenvalues.Of(gram).Skip(Math.Max(0, dimension - contextLength))];
            (double low, double high) = (bounds.Low!.Value, bounds.High!.Value);
            Assert.InRange(eigenvalues[0], 0.9 * low, options.Length == 0 ? 1.4 * low : high);
            Assert.InRange(eigenvalues[^1], options.Length == 0 ? 0.9 * high : low, 1.1 * high);
        }
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        GramStatistics<double> statistics = Draw("", 20, 10);
        Assert.Contains("chebyshev:2:1 has a lower bound above the upper one",
            Assert.Throws<InvalidOperationException>(() => new Chebyshev { Low = 2, High = 1 }.Evaluate(statistics, 1)).Message);
        Assert.Contains("chebyshev-mp needs the covariance of the covariates: here each prompt has one of its own",
            Assert.Throws<ArgumentException>(
                () => new MarchenkoPasturChebyshev().Evaluate(statistics, 1, new PromptKnowledge { HasOwnCovariances = true })).Message);
        Assert.Contains("nothing was computed",
            Assert.Throws<ArgumentException>(() => new MarchenkoPasturChebyshev().Evaluate(new GramStatistics<float>(4, 3), 1)).Message);
    }

    private static GramStatistics<double> Draw(string options, int contextLength, int prompts, int dimension = 5)
        => DrawnPrompts.Statistics(DrawnPrompts.Settings(options, prompts, contextLength, dimension));
}
