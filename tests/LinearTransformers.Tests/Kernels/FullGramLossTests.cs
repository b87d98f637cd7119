using FsCheck.Xunit;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Kernels;

/// <summary>The linear transformer with full matrices in Gram space, against the formula and the kernel that goes token by token.</summary>
public class FullGramLossTests
{
    [Property(MaxTest = 150)]
    public void Loss_is_that_of_the_paper_s_formula_in_token_space(int seed)
    {
        Problem problem = new(seed);
        double expected = problem.Expected(problem.Parameters);
        Assert.Equal(expected, problem.Evaluator.Evaluate(problem.Parameters, problem.Statistics), 1e-12 * (1 + expected));
    }

    [Property(MaxTest = 60)]
    public void Gradient_is_the_slope_of_the_paper_s_formula(int seed)
    {
        Problem problem = new(seed);
        double[] gradient = new double[problem.Parameters.Length];
        double loss = problem.Evaluator.Evaluate(problem.Parameters, problem.Statistics, gradient);

        // Along a random direction, by central differences, Richardson-extrapolated.
        double along = gradient.Zip(problem.Direction, (g, v) => g * v).Sum();
        double slope = ((4 * Slope(1e-4)) - Slope(2e-4)) / 3;
        Assert.Equal(slope, along, 1e-7 * (1 + loss + Math.Abs(along)));

        double Slope(double h) => (At(h) - At(-h)) / (2 * h);

        double At(double h) => problem.Expected([.. problem.Parameters.Zip(problem.Direction, (p, v) => p + (h * v))]);
    }

    [Property(MaxTest = 100)]
    public void Gradients_and_Hessian_products_are_those_of_the_kernel_that_goes_token_by_token(int seed)
    {
        Problem problem = new(seed);
        (int n, int tokens) = (problem.Parameters.Length, (problem.Z.Length / problem.Y.Length / (problem.Shape.Dimension + 1)) - 1);
        double[] expectedGradient = new double[n];
        double[] expectedProduct = new double[n];
        double expected = new NonlinearRegressionLoss<double>(problem.Shape).Evaluate(
            problem.Parameters, TokenBundles<double>.FromTokens(problem.Z, problem.Y, problem.Y.Length, tokens, problem.Shape.Dimension),
            problem.Direction, expectedGradient, expectedProduct);
        double[] gradient = new double[n];
        double[] product = new double[n];
        Assert.Equal(
            expected, problem.Evaluator.Evaluate(problem.Parameters, problem.Statistics, problem.Direction, gradient, product),
            1e-12 * (1 + expected));
        Near(expectedGradient, gradient, 1e-12);
        Near(expectedProduct, product, 1e-12);
    }

    [Property(MaxTest = 60)]
    public void Single_precision_follows_double_precision(int seed)
    {
        Problem problem = new(seed);
        GramStatistics<float> statistics = GramStatistics<float>.FromTokens(
            [.. problem.Z.Select(x => (float)x)], [.. problem.Y.Select(x => (float)x)], problem.Shape.Dimension, hasSquares: true);
        float[] gradient = new float[problem.Parameters.Length];
        double loss = new GramEvaluator<float>(new FullGramPasses(problem.Shape), null, null).Evaluate(
            [.. problem.Parameters.Select(p => (float)p)], statistics, gradient);
        double[] expectedGradient = new double[gradient.Length];
        double expected = problem.Evaluator.Evaluate(problem.Parameters, problem.Statistics, expectedGradient);
        Assert.Equal(expected, loss, 1e-4 * (1 + expected));
        Near(expectedGradient, [.. gradient.Select(x => (double)x)], 2e-4);
    }

    [Fact]
    public void Statistics_without_squares_of_labels_are_refused()
    {
        BatchLoss<float> loss = BatchLoss<float>.Of(NonlinearRegressionShape.WithoutNetwork(2, 1, 3));
        Assert.Throws<InvalidOperationException>(() => loss.Evaluate(new float[64]));
        GramEvaluator<float> evaluator = new(new FullGramPasses(NonlinearRegressionShape.WithoutNetwork(2, 1, 3)), null, null);
        Assert.Contains("Σ y²", Assert.Throws<ArgumentException>(
            () => evaluator.Evaluate(new float[64], new GramStatistics<float>(4, 3))).Message);
        Assert.Equal(0, evaluator.Evaluate(new float[64], new GramStatistics<float>(4, 3, hasSquares: true)));

        // The other way round they fit: what is not needed is not looked at.
        Assert.Equal(0, new GramLoss<float>(new(2, 1, 3)).Evaluate(new float[36], new GramStatistics<float>(4, 3, hasSquares: true)));
    }

    private static void Near(double[] expected, double[] actual, double relative)
    {
        double scale = 1 + expected.Max(Math.Abs);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, relative * scale));
    }

    /// <summary>A random shape with random parameters and prompts, whose labels follow no rule: d 1–12, N 1–40, L 1–6, heads 1–3.</summary>
    private sealed class Problem
    {
        public Problem(int seed)
        {
            System.Random random = new(seed);
            Shape = NonlinearRegressionShape.WithoutNetwork(random.Next(1, 7), random.Next(1, 4), random.Next(1, 13));
            int contextLength = random.Next(1, 41);
            int batchSize = random.Next(1, 40);
            int size = Shape.Dimension + 1;
            Parameters = [.. Enumerable.Range(0, Shape.ParameterCount).Select(_ => 0.6 * (random.NextDouble() - 0.5) / Math.Sqrt(size))];
            Direction = [.. Parameters.Select(_ => random.NextDouble() - 0.5)];
            Z = [.. Enumerable.Range(0, batchSize * (contextLength + 1) * size).Select(_ => (2 * random.NextDouble()) - 1)];
            Y = [.. Enumerable.Range(0, batchSize).Select(_ => random.NextDouble() - 0.5)];
            for (int b = 1; b <= batchSize; b++)
            {
                Z[(b * (contextLength + 1) * size) - 1] = 0;
            }

            Statistics = GramStatistics<double>.FromTokens(Z, Y, Shape.Dimension, hasSquares: true);
            Evaluator = new(new FullGramPasses(Shape), null, null);
        }

        public NonlinearRegressionShape Shape { get; }

        public double[] Parameters { get; }

        public double[] Direction { get; }

        public double[] Z { get; }

        public double[] Y { get; }

        public GramStatistics<double> Statistics { get; }

        public GramEvaluator<double> Evaluator { get; }

        public double Expected(double[] parameters)
            => TokenSpaceTransformer.LossOfFull(new(Shape.Layers, Shape.Heads, Shape.Dimension), parameters, Z, Y);
    }
}
