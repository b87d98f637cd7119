using System.Text.Json;
using LinearTransformers.Numerics;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class TaskPoolAsymptoticsTests
{
    [Fact]
    public void The_published_values_come_back()
    {
        JsonElement golden = GoldenFile.Read("task_pool_asymptotics");
        (double kappa, double rho) = (golden.Double("kappa"), golden.Double("rho"));
        foreach (JsonElement value in golden.GetProperty("values").EnumerateArray())
        {
            (double alpha, double tau) = (value.Double("alpha"), value.Double("tau"));
            Assert.Equal(value.Double("formula"), TaskPoolAsymptotics.Error(alpha, kappa, tau, rho), 0.5e-6);
            Assert.Equal(value.Double("formula") - rho, TaskPoolAsymptotics.Loss(alpha, kappa, tau, rho), 0.5e-6);
        }
    }

    [Theory]
    [InlineData(1, 0.01)]
    [InlineData(3, 0.25)]
    [InlineData(0.5, 1)]
    public void With_endless_prompts_and_tasks_it_is_the_one_layer_optimum_of_long_contexts(double alpha, double rho)
    {
        double loss = TaskPoolAsymptotics.Loss(alpha, 1e7, 1e7, rho);
        Assert.Equal(1 - 1 / (1 + (1 + rho) / alpha), loss, 1e-5);
        const int d = 40_000;
        double s = rho;
        GeneralOneLayerOptimum one = GeneralOneLayer.Optimum((int)(alpha * d), new[,] { { 1.0 } }, new[,] { { 1.0 } }, d * (1 + s) - 1);
        Assert.Equal(one.Loss, loss, 1e-4);
    }

    [Fact]
    public void Fits_to_simulated_prompts_come_nearer_to_it_as_the_dimension_grows()
    {
        // Finite dimensions lie above it by something that falls faster than 1/d, so the line in 1/d through two of them passes below.
        foreach ((double kappa, double tau) in ((double, double)[])[(0.5, 0.2), (0.5, 0.5), (2, 4)])
        {
            double small = Simulated(6, kappa, tau, 120), large = Simulated(12, kappa, tau, 40);
            Assert.InRange(TaskPoolAsymptotics.Error(1, kappa, tau, 0.01), 2 * large - small, large);
        }
    }

    [Fact]
    public void Input_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskPoolAsymptotics.Error(0, 1, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskPoolAsymptotics.Error(1, double.NaN, 2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskPoolAsymptotics.Error(1, 1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskPoolAsymptotics.Error(1, 1, 2, -1));
    }

    // The mean error over fits, each to τd² prompts of N = d examples with noise of variance 0.01, tested on fresh tasks.
    private static double Simulated(int d, double kappa, double tau, int fits)
    {
        System.Random random = new(d);
        int prompts = (int)(tau * d * d), size = d * (d + 1);
        Sample errors = new();
        for (int fit = 0; fit < fits; fit++)
        {
            double[][] pool = [.. Enumerable.Range(0, (int)(kappa * d)).Select(_ => OnSphere(random, d))];
            double[,] H = new double[prompts, size], y = new double[1, prompts];
            for (int i = 0; i < prompts; i++)
                y[0, i] = Fill(random, pool[random.Next(pool.Length)], H, i);
            double[] gamma = LeastNorm(H, y);
            double[,] fresh = new double[1, size];
            for (int test = 0; test < 400; test++)
            {
                double residual = Fill(random, OnSphere(random, d), fresh, 0);
                for (int k = 0; k < size; k++)
                    residual -= gamma[k] * fresh[0, k];
                errors.Add(residual * residual);
            }
        }

        return errors.Mean;
    }

    private static double[] OnSphere(System.Random random, int d)
    {
        double[] w = Gaussian.Vector(random, d);
        double scale = Math.Sqrt(d / w.Sum(x => x * x));
        return Array.ConvertAll(w, x => scale * x);
    }

    // H = x_q [ (d/N) Σ y x, (1/N) Σ y² ] with N = d; returns the query's label, which has noise.
    private static double Fill(System.Random random, double[] w, double[,] H, int row)
    {
        int d = w.Length;
        double[] h = new double[d + 1];
        for (int i = 0; i < d; i++)
        {
            (double[] x, double label) = Token(random, w);
            for (int k = 0; k < d; k++)
                h[k] += label * x[k];
            h[d] += label * label / d;
        }

        (double[] query, double y) = Token(random, w);
        for (int j = 0; j < d; j++)
            for (int k = 0; k <= d; k++)
                H[row, j * (d + 1) + k] = query[j] * h[k];
        return y;
    }

    private static (double[] X, double Label) Token(System.Random random, double[] w)
    {
        double[] x = Array.ConvertAll(Gaussian.Vector(random, w.Length), value => value / Math.Sqrt(w.Length));
        return (x, 0.1 * Gaussian.Number(random) + x.Zip(w, (a, b) => a * b).Sum());
    }

    // Normal equations on the shorter side.
    private static double[] LeastNorm(double[,] H, double[,] y)
    {
        double[,] transpose = Dense.Transpose(H);
        bool wide = H.GetLength(0) < H.GetLength(1);
        double[,] system = wide ? Dense.Multiply(H, transpose) : Dense.Multiply(transpose, H);
        double[,] side = wide ? Dense.Transpose(y) : Dense.Multiply(transpose, Dense.Transpose(y));
        double[,] factor = Cholesky.Factor(system)!;
        Cholesky.SolveLower(factor, side);
        int n = side.GetLength(0);
        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
                side[i, 0] -= factor[k, i] * side[k, 0];
            side[i, 0] /= factor[i, i];
        }

        double[,] gamma = wide ? Dense.Multiply(transpose, side) : side;
        return [.. gamma.Cast<double>()];
    }
}
