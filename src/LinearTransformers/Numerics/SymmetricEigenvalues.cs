namespace LinearTransformers.Numerics;

/// <summary>Eigenvalues of a real symmetric matrix.</summary>
public static class SymmetricEigenvalues
{
    private const double Negligible = 1.0 / (1L << 53);

    /// <summary>
    /// All eigenvalues in ascending order: Householder's reflections make the matrix tridiagonal,
    /// <see cref="SymmetricTridiagonal"/> does the rest. The error is a few units of 2^−53 times the largest eigenvalue
    /// in size, so the smallest ones may have fewer correct digits.
    /// </summary>
    /// <param name="matrix">A, [n, n]; its lower triangle is read.</param>
    /// <exception cref="ArgumentException">The matrix is not square.</exception>
    /// <exception cref="ArithmeticException">An entry is not finite.</exception>
    /// <remarks>
    /// With x what stands below the diagonal in a column, α = −sign(x₀)‖x‖, w = x − α e₀ and H = I − β w wᵀ,
    /// β = 2/wᵀw, the trailing block becomes H A H = A − w qᵀ − q wᵀ, where p = β A w and q = p − (β/2)(pᵀw) w.
    /// Source: Golub, Van Loan, <i>Matrix Computations</i>, §8.3.1.
    /// </remarks>
    public static double[] Of(double[,] matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        int n = matrix.GetLength(0);
        if (matrix.GetLength(1) != n)
        {
            throw new ArgumentException($"a matrix of {n} × {matrix.GetLength(1)} has no eigenvalues: it must be square", nameof(matrix));
        }

        foreach (double entry in matrix)
        {
            if (!double.IsFinite(entry))
            {
                throw new ArithmeticException($"a matrix with an entry {entry} has no eigenvalues");
            }
        }

        if (n == 0)
        {
            return [];
        }

        double[,] a = (double[,])matrix.Clone();
        double[] offDiagonal = new double[n - 1];
        double[] w = new double[n];
        double[] q = new double[n];
        for (int k = 0; k < n - 1; k++)
        {
            offDiagonal[k] = Reflect(a, k, w, q);
        }

        double[] diagonal = [.. Enumerable.Range(0, n).Select(i => a[i, i])];
        DropRoundings(diagonal, offDiagonal);
        return SymmetricTridiagonal.Eigenvalues(diagonal, offDiagonal);
    }

    /// <summary>
    /// What a matrix of low rank leaves of itself is roundings of roundings, on which the iteration was seen not to
    /// converge: entries below 2^−53 of the largest one are zero as far as the error goes.
    /// </summary>
    private static void DropRoundings(double[] diagonal, double[] offDiagonal)
    {
        double negligible = Negligible * Math.Max(
            FixedOrder.LargestMagnitude<double>(diagonal), FixedOrder.LargestMagnitude<double>(offDiagonal));
        foreach (double[] entries in (double[][])[diagonal, offDiagonal])
        {
            for (int i = 0; i < entries.Length; i++)
            {
                entries[i] = Math.Abs(entries[i]) <= negligible ? 0 : entries[i];
            }
        }
    }

    /// <summary>Turns column k below its diagonal into α e₀; returns α, which then stands beside the diagonal.</summary>
    private static double Reflect(double[,] a, int k, double[] w, double[] q)
    {
        int n = a.GetLength(0);
        double largest = 0;
        for (int i = k + 2; i < n; i++)
        {
            largest = Math.Max(largest, Math.Abs(a[i, k]));
        }

        if (largest == 0)
        {
            return a[k + 1, k];
        }

        // Scaled, so that no square underflows or overflows.
        double scale = Math.Max(largest, Math.Abs(a[k + 1, k]));
        double squares = 0;
        for (int i = k + 1; i < n; i++)
        {
            w[i] = a[i, k] / scale;
            squares += w[i] * w[i];
        }

        double alpha = -Math.CopySign(Math.Sqrt(squares), w[k + 1]);
        double beta = 1 / (squares - (alpha * w[k + 1]));
        w[k + 1] -= alpha;
        double pw = 0;
        for (int i = k + 1; i < n; i++)
        {
            double sum = 0;
            for (int j = k + 1; j < n; j++)
            {
                sum += (j <= i ? a[i, j] : a[j, i]) * w[j];
            }

            q[i] = beta * sum;
            pw += q[i] * w[i];
        }

        for (int i = k + 1; i < n; i++)
        {
            q[i] -= beta / 2 * pw * w[i];
            for (int j = k + 1; j <= i; j++)
            {
                a[i, j] -= (w[i] * q[j]) + (q[i] * w[j]);
            }
        }

        return alpha * scale;
    }
}
