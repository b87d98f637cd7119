using FsCheck.Xunit;
using LinearTransformers.Optimizers;

namespace LinearTransformers.Tests.Optimizers;

public class OptimizerTests
{
    [Property(MaxTest = 50)]
    public void Momentum_is_a_weighted_sum_of_all_gradients(int seed)
    {
        // Unrolled: θ_n = θ_0 − η Σ_{k≤n} Σ_{j≤k} μ^{k−j} g_j, an expression that keeps no buffer.
        System.Random random = new(seed);
        double momentum = random.NextDouble();
        double[] gradients = [.. Enumerable.Range(0, 12).Select(_ => random.NextDouble() - 0.5)];
        Sgd<double> optimizer = new(1, momentum);
        double[] parameters = [0.3];
        double expected = 0.3;
        for (int k = 0; k < gradients.Length; k++)
        {
            optimizer.Step(parameters, gradients.AsSpan(k, 1), 0.1);
            expected -= 0.1 * Enumerable.Range(0, k + 1).Sum(j => Math.Pow(momentum, k - j) * gradients[j]);
        }

        Assert.Equal(expected, parameters[0], 1e-12);
    }

    [Property(MaxTest = 50)]
    public void Momentum_of_sign_and_normalized_descent_is_a_weighted_sum_of_all_directions(int seed)
    {
        System.Random random = new(seed);
        double momentum = random.NextDouble();
        double[][] gradients = [.. Enumerable.Range(0, 12).Select(_ => (double[])[random.NextDouble() - 0.5, random.NextDouble() - 0.5])];
        SameAsUnrolled(new SignDescent<double>(2, momentum), momentum, (g, i) => Math.Sign(g[i]));
        SameAsUnrolled(new NormalizedDescent<double>(2, momentum), momentum, (g, i) => g[i] / Math.Sqrt((g[0] * g[0]) + (g[1] * g[1])));
        SameAsUnrolled(new SignDescent<double>(2), 0, (g, i) => Math.Sign(g[i]));
        SameAsUnrolled(new NormalizedDescent<double>(2), 0, (g, i) => g[i] / Math.Sqrt((g[0] * g[0]) + (g[1] * g[1])));

        void SameAsUnrolled(GradientOptimizer<double> optimizer, double mu, Func<double[], int, double> direction)
        {
            double[] parameters = [0.3, -0.2];
            double[] expected = [0.3, -0.2];
            for (int k = 0; k < gradients.Length; k++)
            {
                optimizer.Step(parameters, gradients[k], 0.1);
                for (int i = 0; i < 2; i++)
                {
                    expected[i] -= 0.1 * Enumerable.Range(0, k + 1).Sum(j => Math.Pow(mu, k - j) * direction(gradients[j], i));
                }
            }

            Assert.Equal(expected, parameters, (a, b) => Math.Abs(a - b) < 1e-12);
        }
    }

    [Property(MaxTest = 50)]
    public void Adam_divides_corrected_averages_of_gradients_and_their_squares(int seed)
    {
        // Kingma and Ba's form: weighted averages over all gradients so far, written out.
        System.Random random = new(seed);
        (double beta1, double beta2) = (0.5 + (0.49 * random.NextDouble()), 0.5 + (0.49 * random.NextDouble()));
        double[] gradients = [.. Enumerable.Range(0, 12).Select(_ => random.NextDouble() - 0.5)];
        AdamW<double> optimizer = new(1, beta1, beta2);
        double[] parameters = [0.3];
        double expected = 0.3;
        for (int k = 0; k < gradients.Length; k++)
        {
            optimizer.Step(parameters, gradients.AsSpan(k, 1), 0.1);
            double mean = Average(beta1, g => g);
            double square = Average(beta2, g => g * g);
            expected -= 0.1 * mean / (Math.Sqrt(square) + 1e-8);

            double Average(double beta, Func<double, double> of)
            {
                double[] weights = [.. Enumerable.Range(0, k + 1).Select(j => Math.Pow(beta, k - j))];
                return weights.Select((w, j) => w * of(gradients[j])).Sum() / weights.Sum();
            }
        }

        Assert.Equal(expected, parameters[0], 1e-9);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.0)]
    [InlineData(double.NaN)]
    public void Adam_refuses_decay_rates_outside_0_to_1(double beta)
        => Assert.Throws<ArgumentOutOfRangeException>(() => new AdamW<float>(1, beta));

    [Fact]
    public void Clipping_the_whole_gradient_keeps_its_direction_and_cuts_its_length()
    {
        double[] gradient = [3, 4, 0, 0];
        new GradientClipping(1, ClipScope.All).Apply<double>(gradient, 2);
        Assert.Equal([0.6, 0.8, 0, 0], gradient, (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Theory]
    [InlineData(ClipScope.All)]
    [InlineData(ClipScope.Matrix)]
    public void A_finite_gradient_is_clipped_right_also_where_its_norm_overflows(ClipScope scope)
    {
        // (3, 4)/5 times the threshold, at sizes whose squares, and norms, the type has no number for.
        foreach (double size in (double[])[1e160, 1e308 / 3])
        {
            double[] gradient = [3 * size, 4 * size];
            new GradientClipping(2, scope).Apply<double>(gradient, 2);
            Assert.Equal([1.2, 1.6], gradient, (a, b) => Math.Abs(a - b) < 1e-14);
        }

        float[] single = [.. Enumerable.Repeat(3e38f, 4)];
        new GradientClipping(2, scope).Apply<float>(single, 4);
        Assert.Equal([1f, 1, 1, 1], single);
        Assert.Equal(6e38, GradientClipping.Norm<float>([3e38f, 3e38f, 3e38f, -3e38f]), 1e32);
        Assert.Equal(5e160, GradientClipping.Norm<double>([3e160, 4e160]), 1e146);
    }

    [Fact]
    public void A_gradient_with_an_entry_that_is_not_finite_has_no_finite_norm_and_stays()
    {
        foreach (float entry in (float[])[float.PositiveInfinity, float.NegativeInfinity, float.NaN])
        {
            float[] gradient = [1, entry, 3];
            Assert.False(double.IsFinite(GradientClipping.Norm<float>(gradient)));
            new GradientClipping(1, ClipScope.All).Apply<float>(gradient, 3);
            Assert.Equal([1, entry, 3], gradient);
        }

        Assert.Equal(double.PositiveInfinity, GradientClipping.Norm<double>([1e308, 1e308, 1e308, 1e308]));
    }

    [Property(MaxTest = 100)]
    public void The_bits_of_a_norm_that_does_not_overflow_are_those_of_the_plain_sum(int seed)
    {
        System.Random random = new(seed);
        float[] gradient = [.. Enumerable.Range(0, 20)
            .Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 37))))];
        double sum = 0;
        foreach (float entry in gradient)
        {
            sum += (double)entry * entry;
        }

        float norm = (float)Math.Sqrt(sum);
        Assert.Equal(norm, GradientClipping.Norm<float>(gradient));
        float factor = 1 / norm;
        float[] expected = norm > 1 ? [.. gradient.Select(entry => entry * factor)] : gradient;
        float[] clipped = [.. gradient];
        new GradientClipping(1, ClipScope.All).Apply<float>(clipped, 20);
        Assert.Equal(expected, clipped);
    }

    [Fact]
    public void The_first_step_of_L_BFGS_is_not_lost_where_the_sum_of_the_gradient_overflows()
    {
        // t = 1/Σ|g| is 1/1.2e39: Σ|g| is no float, and t·g = 1/4.
        Lbfgs<float> optimizer = new(4, new LbfgsSettings { MaxIterations = 1 });
        float[] parameters = new float[4];
        float[] slope = [3e38f, -3e38f, 3e38f, 3e38f];
        optimizer.Step(parameters, 0, slope, (_, gradient) =>
        {
            slope.CopyTo(gradient);
            return 0;
        });
        Assert.Equal([-0.25f, 0.25f, -0.25f, -0.25f], parameters, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void Clipping_by_matrix_leaves_short_matrices_alone()
    {
        double[] gradient = [3, 4, 0.1, 0.2];
        new GradientClipping(1, ClipScope.Matrix).Apply<double>(gradient, 2);
        Assert.Equal([0.6, 0.8, 0.1, 0.2], gradient, (a, b) => Math.Abs(a - b) < 1e-15);
    }
}
