using FsCheck.Xunit;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Kernels;

/// <summary>What must not change the loss.</summary>
public class SymmetryTests
{
    [Property(MaxTest = 60)]
    public void The_order_of_layers_that_are_steps_of_descent_does_not_matter(int seed)
    {
        // P̂ = 0 and Q̂_k = a_k M with one M: the residual is wᵀ Π (I + a_k M G)ᵀ x_q, and the factors commute.
        Problem problem = new(seed);
        double[] scales = [.. Enumerable.Range(0, problem.Shape.Layers).Select(_ => problem.Random.NextDouble() - 0.8)];
        double[] matrix = problem.Matrix(0.5);
        double expected = problem.Loss(Parameters(scales));
        problem.Random.Shuffle(scales);
        Assert.Equal(expected, problem.Loss(Parameters(scales)), 1e-12 * (1 + expected));

        double[] Parameters(double[] a)
        {
            double[] parameters = new double[problem.Shape.ParameterCount];
            for (int layer = 0; layer < a.Length; layer++)
            {
                for (int i = 0; i < matrix.Length; i++)
                {
                    parameters[problem.Shape.OffsetOfQ(layer, 0) + i] = a[layer] * matrix[i];
                }
            }

            return parameters;
        }
    }

    [Property(MaxTest = 60)]
    public void Covariates_and_parameters_may_be_changed_to_another_basis_together(int seed)
    {
        // x → C x with P̂ → C P̂ C⁻¹ and Q̂ → C⁻ᵀ Q̂ C⁻¹; for a rotation both are conjugated alike. C is a product of
        // elementary steps, so that its inverse is exact to roundings.
        Problem problem = new(seed);
        (double[,] c, double[,] inverse) = problem.ChangeOfBasis();
        double[] parameters = [.. Enumerable.Range(0, problem.Shape.ParameterCount).Select(_ => 0.3 * (problem.Random.NextDouble() - 0.5))];
        double[] changed = new double[parameters.Length];
        for (int matrix = 0; matrix < problem.Shape.MatrixCount; matrix++)
        {
            double[,] m = Square(parameters.AsSpan(matrix * problem.Shape.MatrixSize, problem.Shape.MatrixSize), problem.Shape.Dimension);
            double[,] left = matrix % 2 == 0 ? c : Dense.Transpose(inverse);
            Dense.Multiply(Dense.Multiply(left, m), inverse).Cast<double>().ToArray().CopyTo(changed, matrix * problem.Shape.MatrixSize);
        }

        double expected = problem.Loss(parameters);
        Assert.Equal(expected, problem.Loss(changed, c), 1e-9 * (1 + expected));
    }

    [Property(MaxTest = 30)]
    public void The_last_value_matrix_has_no_influence(int seed)
    {
        Problem problem = new(seed);
        double[] parameters = [.. Enumerable.Range(0, problem.Shape.ParameterCount).Select(_ => 0.3 * (problem.Random.NextDouble() - 0.5))];
        double[] gradient = new double[parameters.Length];
        double loss = problem.Loss(parameters, gradient: gradient);
        int offset = problem.Shape.OffsetOfP(problem.Shape.Layers - 1, 0);

        // Exact: nothing is ever added to these entries, nor are they read.
        Assert.All(gradient[offset..(offset + problem.Shape.MatrixSize)], entry => Assert.Equal(0, entry));
        problem.Matrix(9).CopyTo(parameters, offset);
        Assert.Equal(loss, problem.Loss(parameters));
    }

    private static double[,] Square(ReadOnlySpan<double> entries, int d)
    {
        double[,] square = new double[d, d];
        for (int i = 0; i < entries.Length; i++)
        {
            square[i / d, i % d] = entries[i];
        }

        return square;
    }

    private sealed class Problem
    {
        private readonly double[] _z;
        private readonly double[] _y;

        public Problem(int seed)
        {
            Random = new System.Random(seed);
            int d = Random.Next(1, 8);
            Shape = new(Random.Next(1, 6), 1, d);
            int tokens = Random.Next(2, 30);
            int batch = Random.Next(1, 20);
            _z = [.. Enumerable.Range(0, batch * tokens * (d + 1)).Select(_ => (Random.NextDouble() * 2) - 1)];
            _y = [.. Enumerable.Range(0, batch).Select(_ => (Random.NextDouble() * 2) - 1)];
        }

        public System.Random Random { get; }

        public LinearTransformerShape Shape { get; }

        public double[] Matrix(double scale)
            => [.. Enumerable.Range(0, Shape.MatrixSize).Select(_ => scale * ((Random.NextDouble() * 2) - 1))];

        /// <summary>The loss, with every covariate x replaced by C x where C is given.</summary>
        public double Loss(double[] parameters, double[,]? c = null, double[]? gradient = null)
        {
            int d = Shape.Dimension;
            double[] z = [.. _z];
            for (int token = 0; c is not null && token < z.Length; token += d + 1)
            {
                for (int i = 0; i < d; i++)
                {
                    z[token + i] = Enumerable.Range(0, d).Sum(j => c[i, j] * _z[token + j]);
                }
            }

            GramStatistics<double> statistics = GramStatistics<double>.FromTokens(z, _y, d);
            GramLoss<double> loss = new(Shape);
            return gradient is null ? loss.Evaluate(parameters, statistics) : loss.Evaluate(parameters, statistics, gradient);
        }

        /// <summary>A product of rotations, shears and stretches, and its inverse.</summary>
        public (double[,] C, double[,] Inverse) ChangeOfBasis()
        {
            int d = Shape.Dimension;
            (double[,] c, double[,] inverse) =
                (Dense.Scaled(1, [.. Enumerable.Repeat(1.0, d)]), Dense.Scaled(1, [.. Enumerable.Repeat(1.0, d)]));
            for (int step = 0; step < 2 * d; step++)
            {
                (double[,] there, double[,] back) =
                    (Dense.Scaled(1, [.. Enumerable.Repeat(1.0, d)]), Dense.Scaled(1, [.. Enumerable.Repeat(1.0, d)]));
                (int i, int j) = (Random.Next(d), Random.Next(d));
                double amount = Random.NextDouble() - 0.5;
                if (i == j)
                {
                    there[i, i] = Math.Exp(amount);
                    back[i, i] = Math.Exp(-amount);
                }
                else if (step % 2 == 0)
                {
                    there[i, j] = amount;
                    back[i, j] = -amount;
                }
                else
                {
                    (there[i, i], there[j, j], there[i, j], there[j, i]) =
                        (Math.Cos(amount), Math.Cos(amount), -Math.Sin(amount), Math.Sin(amount));
                    back = Dense.Transpose(there);
                }

                c = Dense.Multiply(there, c);
                inverse = Dense.Multiply(inverse, back);
            }

            return (c, inverse);
        }
    }
}
