using LinearTransformers.Activations;
using LinearTransformers.Numerics;

namespace LinearTransformers.Models;

/// <summary>Layers of attention on the tokens of one prompt, as they are written down, in double precision.</summary>
internal static unsafe class TokenLayers
{
    /// <summary>Z after 0, 1, …, L layers, each [N + 1, d + 1].</summary>
    /// <param name="z">Z before them, a zero in place of the query's label.</param>
    /// <param name="size">d + 1.</param>
    /// <param name="activation">What is made of scores.</param>
    /// <param name="matrices">For each layer its heads' P and Q, (d+1) × (d+1).</param>
    public static double[][] Apply(
        double[] z, int size, Activation activation, IEnumerable<IReadOnlyList<(double[] P, double[] Q)>> matrices)
    {
        Head head = activation.Use(new HeadOf(z.Length / size, size));
        List<double[]> after = [z];
        foreach (IReadOnlyList<(double[] P, double[] Q)> layer in matrices)
        {
            double[] next = [.. after[^1]];
            foreach ((double[] p, double[] q) in layer)
            {
                head.Add(after[^1], p, q, next);
            }

            after.Add(next);
        }

        return [.. after];
    }

    /// <summary>A matrix of covariates as one of covariates and labels.</summary>
    /// <param name="matrix">d × d.</param>
    /// <param name="d">d.</param>
    /// <param name="corner">The label's own entry.</param>
    public static double[] WithLabel(ReadOnlySpan<double> matrix, int d, double corner)
    {
        double[] full = new double[(d + 1) * (d + 1)];
        for (int i = 0; i < d; i++)
        {
            matrix.Slice(i * d, d).CopyTo(full.AsSpan(i * (d + 1)));
        }

        full[^1] = corner;
        return full;
    }

    private abstract class Head
    {
        /// <summary>Adds P Σ_m a_nm z_m, times 1/N where the activation divides by N, to each token.</summary>
        public abstract void Add(double[] z, double[] p, double[] q, double[] next);
    }

    private sealed class HeadOf(int tokens, int size) : IActivationUser<ScalarLane, double, Head>
    {
        public Head Use<TActivation>()
            where TActivation : struct, IScoreActivation<ScalarLane, double>
            => new Head<TActivation>(tokens, size);
    }

    private sealed class Head<TActivation>(int tokens, int size) : Head
        where TActivation : struct, IScoreActivation<ScalarLane, double>
    {
        private readonly ScalarLane[] _weights = new ScalarLane[tokens];
        private readonly double[] _rotated = new double[size];
        private readonly double[] _sum = new double[size];

        public override void Add(double[] z, double[] p, double[] q, double[] next)
        {
            int context = tokens - 1;
            int scores = TActivation.SeesQuery ? tokens : context;
            double kappa = TActivation.DividesByContext ? 1.0 / context : 1;
            for (int n = 0; n < tokens; n++)
            {
                Array.Clear(_rotated);
                Array.Clear(_sum);
                AddProducts(z.AsSpan(n * size, size), q, _rotated, isTransposed: true);
                for (int m = 0; m < scores; m++)
                {
                    _weights[m] = new(Dot(_rotated, z.AsSpan(m * size, size)));
                }

                fixed (ScalarLane* weights = _weights)
                {
                    TActivation.Activate(weights, scores);
                }

                for (int m = 0; m < context; m++)
                {
                    for (int i = 0; i < size; i++)
                    {
                        _sum[i] += kappa * _weights[m].Value * z[(m * size) + i];
                    }
                }

                AddProducts(_sum, p, next.AsSpan(n * size, size), isTransposed: false);
            }
        }

        /// <summary>Adds M v, or Mᵀ v.</summary>
        private void AddProducts(ReadOnlySpan<double> vector, double[] matrix, Span<double> result, bool isTransposed)
        {
            for (int i = 0; i < size; i++)
            {
                for (int j = 0; j < size; j++)
                {
                    result[i] += matrix[isTransposed ? (j * size) + i : (i * size) + j] * vector[j];
                }
            }
        }

        private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
        {
            double sum = 0;
            for (int i = 0; i < a.Length; i++)
            {
                sum += a[i] * b[i];
            }

            return sum;
        }
    }
}
