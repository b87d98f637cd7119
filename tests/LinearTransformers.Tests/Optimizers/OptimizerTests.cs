using FsCheck.Xunit;
using LinearTransformers.Optimizers;
using LinearTransformers.Storage;

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

    [Fact]
    public void A_restored_optimizer_goes_on_with_the_same_bits()
    {
        AssertGoesOn(() => new Sgd<float>(3, 0.9));
        AssertGoesOn(() => new AdamW<float>(3, 0.9, 0.99));

        static void AssertGoesOn(Func<IOptimizer<float>> create)
        {
            IOptimizer<float> optimizer = create();
            float[] parameters = [1, 2, 3];
            for (int i = 0; i < 7; i++)
            {
                optimizer.Step(parameters, [0.1f * i, -0.3f, 1], 0.01);
            }

            using MemoryStream stream = new();
            TensorFile.Write(stream, optimizer.Save());
            stream.Position = 0;
            IOptimizer<float> restored = create();
            restored.Restore(TensorFile.Read(stream, "state"));
            float[] copy = [.. parameters];
            optimizer.Step(parameters, [0.5f, 0.25f, -1], 0.01);
            restored.Step(copy, [0.5f, 0.25f, -1], 0.01);

            // Exact: the same state through the same operations.
            Assert.Equal(parameters, copy);
        }
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

    [Fact]
    public void Clipping_by_matrix_leaves_short_matrices_alone()
    {
        double[] gradient = [3, 4, 0.1, 0.2];
        new GradientClipping(1, ClipScope.Matrix).Apply<double>(gradient, 2);
        Assert.Equal([0.6, 0.8, 0.1, 0.2], gradient, (a, b) => Math.Abs(a - b) < 1e-15);
    }
}
