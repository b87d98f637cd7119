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
        int d = shape.Dimension;
        PromptBatch batch = new(new() { BatchSize = random.Next(1, 40), ContextLength = random.Next(1, 30), Dimension = d });
        batch.Draw(new TorchStream((ulong)random.Next()));
        double[] parameters = [.. Enumerable.Range(0, shape.ParameterCount).Select(i => IsOnDiagonal(i) ? random.NextDouble() - 0.6 : 0)];
        double[] direction = [.. Enumerable.Range(0, shape.ParameterCount).Select(i => IsOnDiagonal(i) ? random.NextDouble() - 0.5 : 0)];
        (double expected, double[] expectedGradient, double[] expectedProduct) = Evaluate(BatchLoss<double>.Of(shape));
        (double loss, double[] gradient, double[] product) = Evaluate(BatchLoss<double>.OfDiagonals(shape, null));
        Assert.Equal(expected, loss, 1e-11 * (1 + expected));
        Near(expectedGradient, gradient);
        Near(expectedProduct, product);
        Assert.Equal(
            ParameterCoordinates.Live(shape).Where(IsOnDiagonal), BatchLoss<double>.OfDiagonals(shape, null).Live);

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

        bool IsOnDiagonal(int i) => i % shape.MatrixSize % (d + 1) == 0;

        void Near(double[] expected, double[] actual)
        {
            double scale = 1 + expected.Max(Math.Abs);
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(IsOnDiagonal(i) ? expected[i] : 0, actual[i], 1e-11 * scale);
            }
        }
    }
}
