using FsCheck.Xunit;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Shapes;

namespace LinearTransformers.Tests.Kernels;

/// <summary>Diagonal matrices through the kernel of their own, against the one for whole matrices.</summary>
public class DiagonalLossTests
{
    [Property(MaxTest = 100)]
    public void Losses_gradients_and_Hessian_products_are_those_of_whole_matrices(int seed)
    {
        System.Random random = new(seed);
        LinearTransformerShape shape = new(random.Next(1, 7), random.Next(1, 4), random.Next(1, 13));
        Compare(random, 1, shape.Dimension, shape.Dimension, BatchLoss<double>.Of(shape), BatchLoss<double>.OfDiagonals(shape, null));
    }

    [Property(MaxTest = 100)]
    public void So_they_are_where_matrices_see_labels(int seed)
    {
        System.Random random = new(seed);
        NonlinearRegressionShape shape = NonlinearRegressionShape.WithoutNetwork(
            random.Next(1, 7), random.Next(1, 4), random.Next(1, 13));
        Compare(
            random, 0.25, shape.Dimension, shape.Dimension + 1, BatchLoss<double>.Of(shape), BatchLoss<double>.OfDiagonals(shape, null));
    }

    private static void Compare(
        System.Random random, double scale, int dimension, int size, BatchLoss<double> whole, BatchLoss<double> ofDiagonals)
    {
        int count = whole.Layout.Count;
        PromptBatch batch = new(new() { BatchSize = random.Next(1, 40), ContextLength = random.Next(1, 30), Dimension = dimension });
        batch.Draw(new TorchStream((ulong)random.Next()));
        double[] parameters = [.. Enumerable.Range(0, count).Select(i => IsOnDiagonal(i) ? scale * (random.NextDouble() - 0.6) : 0)];
        double[] direction = [.. Enumerable.Range(0, count).Select(i => IsOnDiagonal(i) ? random.NextDouble() - 0.5 : 0)];
        (double expected, double[] expectedGradient, double[] expectedProduct) = Evaluate(whole);
        (double loss, double[] gradient, double[] product) = Evaluate(ofDiagonals);
        Assert.Equal(expected, loss, 1e-11 * (1 + expected));
        Near(expectedGradient, gradient);
        Near(expectedProduct, product);
        Assert.Equal(whole.Live.Where(IsOnDiagonal), ofDiagonals.Live);

        (double, double[], double[]) Evaluate(BatchLoss<double> of)
        {
            double[] gradient = new double[parameters.Length];
            double[] again = new double[parameters.Length];
            double[] product = new double[parameters.Length];
            of.Load(batch);
            double loss = of.Evaluate(parameters, gradient);
            Assert.Equal(loss, of.Evaluate(parameters));
            Assert.Equal(loss, of.Evaluate(parameters, direction, again, product));
            Assert.Equal(gradient, again);
            return (loss, gradient, product);
        }

        bool IsOnDiagonal(int i) => i % (size * size) % (size + 1) == 0;

        void Near(double[] expected, double[] actual)
        {
            double largest = 1 + expected.Max(Math.Abs);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(IsOnDiagonal(i) ? expected[i] : 0, actual[i], 1e-11 * largest);
            }
        }
    }
}
