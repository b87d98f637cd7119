using System.Numerics;

namespace LinearTransformers.Experiments.Field;

/// <summary>Symmetric positive definite systems, by Cholesky's decomposition A = L Lᵀ in place, row by row.</summary>
internal static class DenseSolver
{
    private const int BlockSize = 64;

    /// <summary>The solution x of A x = b; A is overwritten.</summary>
    /// <param name="matrix">A, positive definite; its upper triangle is not read.</param>
    /// <param name="right">b.</param>
    /// <exception cref="ArgumentException">A is not positive definite.</exception>
    public static double[] SolvePositive(double[,] matrix, ReadOnlySpan<double> right)
    {
        int n = right.Length;
        double[][] rows = new double[n][];
        for (int i = 0; i < n; i++)
        {
            rows[i] = new double[i + 1];
            for (int j = 0; j <= i; j++)
            {
                rows[i][j] = matrix[i, j];
            }
        }

        return SolvePositive(rows, right, threads: 1);
    }

    /// <summary>The same of the rows of A's lower triangle, which are overwritten.</summary>
    /// <param name="rows">Row i has i + 1 entries.</param>
    /// <param name="right">b.</param>
    /// <param name="threads">Threads that share the work; the bits do not depend on them.</param>
    /// <exception cref="ArgumentException">A is not positive definite.</exception>
    public static double[] SolvePositive(double[][] rows, ReadOnlySpan<double> right, int threads)
    {
        int n = right.Length;
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads };
        for (int begin = 0; begin < n; begin += BlockSize)
        {
            int end = Math.Min(n, begin + BlockSize);
            for (int i = begin; i < end; i++)
            {
                FactorRow(rows, i, begin, i);
                double square = rows[i][i] - Dot(rows[i], rows[i], i);
                if (!(square > 0))
                {
                    throw new ArgumentException($"the matrix is not positive definite: pivot {i} is {square}", nameof(rows));
                }

                rows[i][i] = Math.Sqrt(square);
            }

            Parallel.For(end, n, options, i => FactorRow(rows, i, begin, end));
        }

        double[] x = right.ToArray();
        for (int i = 0; i < n; i++)
        {
            x[i] = (x[i] - Dot(rows[i], x, i)) / rows[i][i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            x[i] /= rows[i][i];
            for (int j = 0; j < i; j++)
            {
                x[j] -= rows[i][j] * x[i];
            }
        }

        return x;
    }

    /// <summary>Entries begin to end of a row of L; those before are there.</summary>
    private static void FactorRow(double[][] rows, int i, int begin, int end)
    {
        for (int j = begin; j < end; j++)
        {
            rows[i][j] = (rows[i][j] - Dot(rows[i], rows[j], j)) / rows[j][j];
        }
    }

    /// <summary>The product of the first entries of two rows; four sums, so that additions need not wait for one another.</summary>
    public static double Dot(double[] a, double[] b, int count)
    {
        int width = Vector<double>.Count;
        Vector<double> s0 = default, s1 = default, s2 = default, s3 = default;
        int i = 0;
        for (; i <= count - (4 * width); i += 4 * width)
        {
            s0 += new Vector<double>(a, i) * new Vector<double>(b, i);
            s1 += new Vector<double>(a, i + width) * new Vector<double>(b, i + width);
            s2 += new Vector<double>(a, i + (2 * width)) * new Vector<double>(b, i + (2 * width));
            s3 += new Vector<double>(a, i + (3 * width)) * new Vector<double>(b, i + (3 * width));
        }

        double sum = Vector.Sum(s0 + s1 + (s2 + s3));
        for (; i < count; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
