using FsCheck.Xunit;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;

namespace LinearTransformers.Tests.Kernels;

public class HessianVectorProductTests
{
    [Property(MaxTest = 80)]
    public void A_product_is_the_slope_of_the_gradient(int seed)
    {
        HessianProblem problem = new(seed);
        double[] direction = problem.Direction();
        double[] product = Products(problem, direction);
        double[] fine = Slope(1e-4);
        double[] coarse = Slope(2e-4);
        double scale = 1 + product.Max(Math.Abs);
        for (int i = 0; i < product.Length; i++)
        {
            Assert.Equal(((4 * fine[i]) - coarse[i]) / 3, product[i], 1e-9 * scale);
        }

        double[] Slope(double h) => [.. Gradient(h).Zip(Gradient(-h), (ahead, behind) => (ahead - behind) / (2 * h))];

        double[] Gradient(double h)
        {
            double[] gradient = new double[direction.Length];
            double[] moved = [.. problem.Parameters.Zip(direction, (p, v) => p + (h * v))];
            new GramLoss<double>(problem.Shape).Evaluate(moved, problem.Statistics, gradient);
            return gradient;
        }
    }

    [Property(MaxTest = 60)]
    public void Loss_and_gradient_have_the_bits_of_the_loss_alone(int seed)
    {
        HessianProblem problem = new(seed);
        int n = problem.Shape.ParameterCount;
        double[] expected = new double[n];
        double loss = new GramLoss<double>(problem.Shape).Evaluate(problem.Parameters, problem.Statistics, expected);
        double[] gradient = new double[n];

        Assert.Equal(loss, new HessianVectorProduct<double>(problem.Shape).Evaluate(
            problem.Parameters, problem.Statistics, problem.Direction(), gradient, new double[n]));
        Assert.Equal(expected, gradient);
    }

    [Property(MaxTest = 60)]
    public void The_Hessian_is_symmetric(int seed)
    {
        HessianProblem problem = new(seed);
        double[] u = problem.Direction();
        double[] v = problem.Direction();
        double[] hu = Products(problem, u);
        double[] hv = Products(problem, v);
        Assert.Equal(Dot(u, hv), Dot(v, hu), 1e-13 * (1 + Length(u) * Length(hv)));
    }

    [Property(MaxTest = 60)]
    public void Products_are_linear_in_the_direction(int seed)
    {
        HessianProblem problem = new(seed);
        double[] u = problem.Direction();
        double[] v = problem.Direction();
        double a = 10 * problem.Number();
        double[] hu = Products(problem, u);
        double[] hv = Products(problem, v);
        double[] together = Products(problem, [.. u.Zip(v, (x, y) => (a * x) + y)]);
        double scale = 1 + hu.Max(Math.Abs) + hv.Max(Math.Abs);
        for (int i = 0; i < together.Length; i++)
        {
            Assert.Equal((a * hu[i]) + hv[i], together[i], 1e-12 * scale);
        }
    }

    [Property(MaxTest = 60)]
    public void P_of_the_last_layer_has_no_curvature(int seed)
    {
        HessianProblem problem = new(seed);
        bool[] isLive = new bool[problem.Shape.ParameterCount];
        foreach (int i in ParameterCoordinates.Live(problem.Shape))
        {
            isLive[i] = true;
        }

        double[] onlyDead = [.. problem.Direction().Select((v, i) => isLive[i] ? 0 : v)];
        Assert.All(Products(problem, onlyDead), x => Assert.Equal(0, x));
        double[] any = Products(problem, problem.Direction());
        Assert.All(any.Where((_, i) => !isLive[i]), x => Assert.Equal(0, x));
        Assert.Contains(any.Where((_, i) => isLive[i]), x => x != 0);
    }

    [Fact]
    public void Several_directions_in_one_call_give_what_each_gives_alone()
    {
        HessianProblem problem = new(3);
        double[][] directions = [problem.Direction(), problem.Direction(), problem.Direction()];
        Assert.Equal(directions.SelectMany(v => Products(problem, v)), Products(problem, [.. directions.SelectMany(v => v)]));
    }

    [Property(MaxTest = 40)]
    public void Single_precision_follows_double_precision(int seed)
    {
        HessianProblem problem = new(seed);
        double[] direction = problem.Direction();
        double[] expected = Products(problem, direction);

        PromptBatch batch = new(new() { BatchSize = 50, ContextLength = 9, Dimension = problem.Shape.Dimension });
        batch.Draw(new TorchStream((ulong)(uint)seed));
        GramStatistics<float> single = new(50, problem.Shape.Dimension);
        GramStatistics<double> @double = new(50, problem.Shape.Dimension);
        single.Compute(batch);
        @double.Compute(batch);
        int n = direction.Length;
        float[] product = new float[n];
        new HessianVectorProduct<float>(problem.Shape).Evaluate(
            [.. problem.Parameters.Select(p => (float)p)], single, [.. direction.Select(v => (float)v)], new float[n], product);
        new HessianVectorProduct<double>(problem.Shape).Evaluate(problem.Parameters, @double, direction, new double[n], expected);
        double scale = 1 + expected.Max(Math.Abs);
        Assert.All(expected.Zip(product), pair => Assert.Equal(pair.First, pair.Second, 2e-4 * scale));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        (double Loss, float[] Product) expected = Large(null, knownDimension: true);
        using WorkerTeam team = new(threads);
        (double Loss, float[] Product) actual = Large(team, knownDimension: true);

        // Exact: sums are in a fixed order, whoever adds.
        Assert.Equal(expected.Loss, actual.Loss);
        Assert.Equal(expected.Product, actual.Product);
    }

    [Fact]
    public void The_kernel_for_dimension_5_and_the_one_for_any_give_the_same_bits()
    {
        (double Loss, float[] Product) known = Large(null, knownDimension: true);
        (double Loss, float[] Product) any = Large(null, knownDimension: false);
        Assert.Equal(known.Loss, any.Loss);
        Assert.Equal(known.Product, any.Product);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        HessianVectorProduct<float> hessian = new(new(2, 1, 5));
        GramStatistics<float> statistics = new(4, 5);
        Assert.Throws<ArgumentException>(() => hessian.Evaluate(new float[99], statistics, new float[100], new float[100], new float[100]));
        Assert.Throws<ArgumentException>(
            () => hessian.Evaluate(new float[100], new GramStatistics<float>(4, 3), new float[100], new float[100], new float[100]));
        Assert.Throws<ArgumentException>(() => hessian.Evaluate(new float[100], statistics, new float[100], new float[3], new float[100]));
        Assert.Throws<ArgumentException>(
            () => hessian.Evaluate(new float[100], statistics, new float[150], new float[100], new float[150]));
        Assert.Throws<ArgumentException>(() => hessian.Evaluate(new float[100], statistics, [], new float[100], []));
        Assert.Throws<ArgumentException>(
            () => hessian.Evaluate(new float[100], statistics, new float[200], new float[100], new float[100]));
    }

    private static double[] Products(HessianProblem problem, double[] directions)
    {
        double[] products = new double[directions.Length];
        new HessianVectorProduct<double>(problem.Shape).Evaluate(
            problem.Parameters, problem.Statistics, directions, new double[problem.Shape.ParameterCount], products);
        return products;
    }

    private static (double Loss, float[] Product) Large(WorkerTeam? team, bool knownDimension)
    {
        LinearTransformerShape shape = new(3, 2, 5);
        TorchStream stream = new(5);
        float[] parameters = shape.Initialize(stream, 0.2f);
        float[] direction = shape.Initialize(stream, 1f);
        PromptBatch batch = new(new() { BatchSize = 2345, ContextLength = 20, Dimension = 5 });
        batch.Draw(stream);
        GramStatistics<float> statistics = new(2345, 5);
        statistics.Compute(batch, team);
        float[] product = new float[shape.ParameterCount];
        double loss = new HessianVectorProduct<float>(shape, team, knownDimension).Evaluate(
            parameters, statistics, direction, new float[shape.ParameterCount], product);
        return (loss, product);
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Length(double[] a) => Math.Sqrt(Dot(a, a));
}
