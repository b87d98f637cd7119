using System.Text.Json;
using FsCheck.Xunit;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Kernels;

public class GramLossTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, GoldenFile.Read("loss_grad_hessian_f64").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_are_those_of_PyTorch_in_double_precision(int index)
    {
        JsonElement golden = GoldenFile.Read("loss_grad_hessian_f64")[index];
        LinearTransformerShape shape = new(golden.Int("L"), golden.Int("H"), golden.Int("d"));
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens(golden.Doubles("Z"), golden.Doubles("y"), shape.Dimension);
        double[] gradient = new double[shape.ParameterCount];
        double loss = new GramLoss<double>(shape).Evaluate(golden.Doubles("params"), statistics, gradient);

        Assert.Equal(golden.Double("loss"), loss, 1e-12 * golden.Double("loss"));
        double[] expected = golden.Doubles("grad");
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradient[i], 1e-12 * scale);
        }
    }

    [Property(MaxTest = 150)]
    public void Loss_is_that_of_the_paper_s_formula_in_token_space(int seed)
    {
        Problem problem = new(seed);
        double expected = TokenSpaceTransformer.Loss(problem.Shape, problem.Parameters, problem.Z, problem.Y);
        Assert.Equal(expected, new GramLoss<double>(problem.Shape).Evaluate(problem.Parameters, problem.Statistics),
            1e-12 * (1 + expected));
    }

    [Property(MaxTest = 60)]
    public void Gradient_is_the_slope_of_the_paper_s_formula(int seed) => AssertGradient(new(seed));

    /// <summary>Matrices of so many rows go through products of their own.</summary>
    [Theory]
    [InlineData(3, 1, 33)]
    [InlineData(4, 2, 40)]
    public void Large_dimensions_have_the_loss_and_gradient_of_the_paper_s_formula(int layers, int heads, int dimension)
        => AssertGradient(new(dimension, new LinearTransformerShape(layers, heads, dimension)));

    private static void AssertGradient(Problem problem)
    {
        double[] gradient = new double[problem.Shape.ParameterCount];
        double loss = new GramLoss<double>(problem.Shape).Evaluate(problem.Parameters, problem.Statistics, gradient);
        double expected = TokenSpaceTransformer.Loss(problem.Shape, problem.Parameters, problem.Z, problem.Y);
        Assert.Equal(expected, loss, 1e-12 * (1 + expected));

        // Along a random direction, by central differences of the token-space reference, Richardson-extrapolated.
        double[] direction = [.. problem.Parameters.Select(_ => problem.Random.NextDouble() - 0.5)];
        double along = gradient.Zip(direction, (g, v) => g * v).Sum();
        double slope = ((4 * Slope(1e-4)) - Slope(2e-4)) / 3;
        Assert.Equal(slope, along, 1e-7 * (1 + loss + Math.Abs(along)));

        double Slope(double h) => (At(h) - At(-h)) / (2 * h);

        double At(double h) => TokenSpaceTransformer.Loss(
            problem.Shape, [.. problem.Parameters.Zip(direction, (p, v) => p + (h * v))], problem.Z, problem.Y);
    }

    [Property(MaxTest = 60)]
    public void Single_precision_follows_double_precision(int seed)
    {
        Problem problem = new(seed);
        float[] parameters = [.. problem.Parameters.Select(p => (float)p)];
        GramStatistics<float> statistics = GramStatistics<float>.FromTokens(
            [.. problem.Z.Select(x => (float)x)], [.. problem.Y.Select(x => (float)x)], problem.Shape.Dimension);
        float[] gradient = new float[parameters.Length];
        double loss = new GramLoss<float>(problem.Shape).Evaluate(parameters, statistics, gradient);

        double[] expectedGradient = new double[parameters.Length];
        double expected = new GramLoss<double>(problem.Shape).Evaluate(problem.Parameters, problem.Statistics, expectedGradient);
        Assert.Equal(expected, loss, 1e-4 * (1 + expected));
        double scale = 1 + expectedGradient.Max(Math.Abs);
        Assert.All(expectedGradient.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, 2e-4 * scale));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        (double Loss, float[] Gradient) expected = Train(null, knownDimension: true);
        using WorkerTeam team = new(threads);

        // Exact: sums are in a fixed order, whoever adds.
        Assert.Equal(expected.Loss, Train(team, knownDimension: true).Loss);
        Assert.Equal(expected.Gradient, Train(team, knownDimension: true).Gradient);
    }

    [Fact]
    public void The_kernel_for_dimension_5_and_the_one_for_any_give_the_same_bits()
    {
        (double Loss, float[] Gradient) known = Train(null, knownDimension: true);
        (double Loss, float[] Gradient) any = Train(null, knownDimension: false);

        // Exact: tiles differ, but every entry is the same chain of fused operations.
        Assert.Equal(known.Loss, any.Loss);
        Assert.Equal(known.Gradient, any.Gradient);
    }

    [Fact]
    public void Lanes_do_not_influence_one_another()
    {
        // Prompts shifted by five places land in other lanes and other bundles; each alone gives the same residual.
        PromptBatch batch = new(new() { BatchSize = 37, ContextLength = 9, Dimension = 5 });
        batch.Draw(new TorchStream(1));
        (float[] z, float[] y) = batch.ToTokens();
        LinearTransformerShape shape = new(3, 1, 5);
        float[] parameters = shape.Initialize(new TorchStream(2), 0.3f);
        int prompt = z.Length / y.Length;
        GramLoss<float> loss = new(shape);
        for (int b = 0; b < y.Length; b++)
        {
            float[] alone = z[(b * prompt)..((b + 1) * prompt)];
            double expected = loss.Evaluate(parameters, GramStatistics<float>.FromTokens(alone, [y[b]], 5));
            float[] others = [.. z[(20 * prompt)..(25 * prompt)], .. alone, .. z[..(3 * prompt)]];
            float[] labels = [.. y[20..25], y[b], .. y[..3]];
            double without = loss.Evaluate(
                parameters, GramStatistics<float>.FromTokens(
                    [.. others[..(5 * prompt)], .. others[(6 * prompt)..]], [.. labels[..5], .. labels[6..]], 5));
            double with = loss.Evaluate(parameters, GramStatistics<float>.FromTokens(others, labels, 5));
            Assert.Equal(expected, (with * 9) - (without * 8), 1e-5 * (1 + expected));
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        GramLoss<float> loss = new(new(2, 1, 5));
        Assert.Throws<ArgumentException>(() => loss.Evaluate(new float[99], new GramStatistics<float>(4, 5)));
        Assert.Throws<ArgumentException>(() => loss.Evaluate(new float[100], new GramStatistics<float>(4, 3)));
        Assert.Throws<ArgumentException>(() => loss.Evaluate(new float[100], new GramStatistics<float>(4, 5), new float[3]));
        Assert.Throws<ArgumentException>(() => GramStatistics<float>.FromTokens(new float[17], new float[2], 3));
    }

    private static (double Loss, float[] Gradient) Train(WorkerTeam? team, bool knownDimension)
    {
        LinearTransformerShape shape = new(3, 2, 5);
        TorchStream stream = new(5);
        float[] parameters = shape.Initialize(stream, 0.2f);
        PromptBatch batch = new(new() { BatchSize = 2345, ContextLength = 20, Dimension = 5 });
        batch.Draw(stream);
        GramStatistics<float> statistics = new(2345, 5);
        statistics.Compute(batch, team);
        float[] gradient = new float[shape.ParameterCount];
        double loss = new GramLoss<float>(shape, team, knownDimension).Evaluate(parameters, statistics, gradient);
        return (loss, gradient);
    }

    /// <summary>A shape, or a random one with d 1–12, L 1–6 and heads 1–3, with random parameters and prompts, N 1–40.</summary>
    private sealed class Problem
    {
        public Problem(int seed, LinearTransformerShape? shape = null)
        {
            Random = new System.Random(seed);
            Shape = shape ?? new(Random.Next(1, 7), Random.Next(1, 4), Random.Next(1, 13));
            int contextLength = Random.Next(1, 41);
            int batchSize = Random.Next(1, 40);
            int d = Shape.Dimension;
            Parameters = [.. Enumerable.Range(0, Shape.ParameterCount).Select(_ => 0.6 * (Random.NextDouble() - 0.5) / Math.Sqrt(d))];
            Z = [.. Enumerable.Range(0, batchSize * (contextLength + 1) * (d + 1)).Select(_ => Random.NextDouble() - 0.5)];
            Y = [.. Enumerable.Range(0, batchSize).Select(_ => Random.NextDouble() - 0.5)];
            for (int b = 0; b < batchSize; b++)
            {
                Z[((((b + 1) * (contextLength + 1)) - 1) * (d + 1)) + d] = 0;
            }

            Statistics = GramStatistics<double>.FromTokens(Z, Y, d);
        }

        public System.Random Random { get; }

        public LinearTransformerShape Shape { get; }

        public double[] Parameters { get; }

        public double[] Z { get; }

        public double[] Y { get; }

        public GramStatistics<double> Statistics { get; }
    }
}
