using System.Runtime.Intrinsics;
using FsCheck.Xunit;
using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public unsafe class JacobiRotationsTests
{
    [Property(MaxTest = 100)]
    public void Traces_of_powers_and_quadratic_forms_are_kept(int seed)
    {
        (int d, double[] matrix, double[] vectors) = Problem(new System.Random(seed), rank: 30);
        (double[] values, double[] turned) = Diagonalize(matrix, vectors, d);
        double scale = Trace(matrix, d);
        Assert.Equal(scale, values.Sum(), 1e-14 * scale);
        Assert.Equal(matrix.Sum(x => x * x), values.Sum(x => x * x), 1e-13 * scale * scale);

        // bᵀ A c, bᵀ c and bᵀ A² c.
        Span<double> b = vectors.AsSpan(0, d);
        Span<double> c = vectors.AsSpan(d, d);
        double[] ac = Multiply(matrix, c, d);
        double tolerance = 1e-13 * Math.Sqrt(Dot(b, b) * Dot(c, c));
        Assert.Equal(Dot(b, c), Enumerable.Range(0, d).Sum(i => turned[i] * turned[d + i]), tolerance);
        Assert.Equal(Dot(b, ac), Enumerable.Range(0, d).Sum(i => turned[i] * values[i] * turned[d + i]), tolerance * scale);
        Assert.Equal(Dot(b, Multiply(matrix, ac, d)), Enumerable.Range(0, d).Sum(i => turned[i] * values[i] * values[i] * turned[d + i]),
            tolerance * scale * scale);
    }

    [Property(MaxTest = 100)]
    public void A_matrix_of_low_rank_has_as_many_eigenvalues_that_are_not_zero(int seed)
    {
        System.Random random = new(seed);
        int rank = random.Next(1, 4);
        (int d, double[] matrix, double[] vectors) = Problem(random, rank);
        double[] values = Diagonalize(matrix, vectors, d).Values;
        double scale = Trace(matrix, d);
        Assert.Equal(Math.Max(0, d - rank), values.Count(x => Math.Abs(x) <= 1e-15 * scale));
    }

    [Property(MaxTest = 30)]
    public void Each_lane_has_the_bits_it_has_alone(int seed)
    {
        System.Random random = new(seed);
        int d = random.Next(1, 9);
        int rows = (d + 2) * d;
        AlignedBuffer<DoubleLanes> bundle = new(rows);
        double[][] alone = new double[DoubleLanes.Count][];
        for (int lane = 0; lane < DoubleLanes.Count; lane++)
        {
            // A diagonal matrix and one of zeros are among them: done before the others begin.
            (_, double[] matrix, double[] vectors) = Problem(random, random.Next(0, 12), d);
            if (lane == 3)
            {
                matrix = [.. matrix.Select((x, i) => i % (d + 1) == 0 ? x : 0)];
            }

            for (int i = 0; i < rows; i++)
            {
                ((double*)(bundle.Pointer + i))[lane] = i < d * d ? matrix[i] : vectors[i - (d * d)];
            }

            (double[] values, double[] turned) = Diagonalize(matrix, vectors, d);
            alone[lane] = [.. values, .. turned];
        }

        JacobiRotations<DoubleLanes>.Diagonalize(bundle.Pointer, bundle.Pointer + (d * d), 2, d);
        for (int lane = 0; lane < DoubleLanes.Count; lane++)
        {
            double[] together =
            [
                .. Enumerable.Range(0, d).Select(i => bundle.Span[i * (d + 1)].Value.GetElement(lane)),
                .. Enumerable.Range(0, 2 * d).Select(i => bundle.Span[(d * d) + i].Value.GetElement(lane)),
            ];
            Assert.Equal(alone[lane], together);
        }
    }

    /// <summary>A = XᵀX/rank with numbers in (−1, 1), and two vectors.</summary>
    private static (int D, double[] Matrix, double[] Vectors) Problem(System.Random random, int rank, int d = 0)
    {
        d = d == 0 ? random.Next(1, 13) : d;
        double[] x = [.. Enumerable.Range(0, rank * d).Select(_ => (2 * random.NextDouble()) - 1)];
        double[] matrix = new double[d * d];
        for (int i = 0; i < d * d; i++)
        {
            for (int n = 0; n < rank; n++)
            {
                matrix[i] += x[(n * d) + (i / d)] * x[(n * d) + (i % d)] / rank;
            }
        }

        return (d, matrix, [.. Enumerable.Range(0, 2 * d).Select(_ => (2 * random.NextDouble()) - 1)]);
    }

    /// <summary>By the plain twin of the bundle.</summary>
    private static (double[] Values, double[] Turned) Diagonalize(double[] matrix, double[] vectors, int d)
    {
        double[] all = [.. matrix, .. vectors];
        fixed (double* pointer = all)
        {
            JacobiRotations<ScalarLane>.Diagonalize((ScalarLane*)pointer, (ScalarLane*)pointer + (d * d), 2, d);
        }

        return ([.. Enumerable.Range(0, d).Select(i => all[i * (d + 1)])], all[(d * d)..]);
    }

    private static double Trace(double[] matrix, int d) => Enumerable.Range(0, d).Sum(i => matrix[i * (d + 1)]);

    private static double[] Multiply(double[] matrix, ReadOnlySpan<double> vector, int d)
    {
        double[] product = new double[d];
        for (int i = 0; i < d * d; i++)
        {
            product[i / d] += matrix[i] * vector[i % d];
        }

        return product;
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
