namespace LinearTransformers.Numerics;

/// <summary>Eigenvalues of a real symmetric tridiagonal matrix.</summary>
internal static class SymmetricTridiagonal
{
    private const int MaxSweeps = 60;

    /// <summary>
    /// All eigenvalues in ascending order, by the QL algorithm with implicit Wilkinson shifts. The error is a few
    /// units of 2^−53 times the largest eigenvalue in size, so the smallest ones may have fewer correct digits.
    /// </summary>
    /// <param name="diagonal">The n diagonal entries.</param>
    /// <param name="offDiagonal">The n−1 entries beside the diagonal.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    /// <exception cref="ArithmeticException">No convergence, which only happens when an entry is not finite.</exception>
    /// <remarks>Source: Bowdler, Martin, Reinsch, Wilkinson, <i>The QR and QL algorithms for symmetric matrices</i>, 1968.</remarks>
    public static double[] Eigenvalues(ReadOnlySpan<double> diagonal, ReadOnlySpan<double> offDiagonal)
    {
        int n = diagonal.Length;
        if (offDiagonal.Length != Math.Max(0, n - 1))
            throw new ArgumentException(
                $"offDiagonal has {offDiagonal.Length} entries; a diagonal of {n} needs {Math.Max(0, n - 1)}.", nameof(offDiagonal));

        double[] d = diagonal.ToArray();
        double[] e = new double[n];
        offDiagonal.CopyTo(e);

        for (int l = 0; l < n; l++)
        {
            for (int sweep = 0; ; sweep++)
            {
                // The block l … m that no negligible off-diagonal entry splits.
                int m = l;
                while (m < n - 1 && !Negligible(e[m], d[m], d[m + 1]))
                    m++;
                if (m < n - 1)
                    e[m] = 0;
                if (m == l)
                    break;
                if (sweep == MaxSweeps)
                    throw new ArithmeticException(
                        $"The eigenvalue at index {l} did not converge in {MaxSweeps} sweeps: is every entry finite?");
                Sweep(d, e, l, m);
            }
        }

        Array.Sort(d);
        return d;
    }

    private static bool Negligible(double off, double a, double b)
    {
        double size = Math.Abs(a) + Math.Abs(b);
        return size + Math.Abs(off) == size;
    }

    private static void Sweep(double[] d, double[] e, int l, int m)
    {
        double g = (d[l + 1] - d[l]) / (2 * e[l]);
        g = d[m] - d[l] + e[l] / (g + Math.CopySign(double.Hypot(g, 1), g));
        double s = 1, c = 1, p = 0;
        for (int i = m - 1; i >= l; i--)
        {
            double f = s * e[i];
            double b = c * e[i];
            double r = double.Hypot(f, g);
            e[i + 1] = r;
            if (r == 0)
            {
                d[i + 1] -= p;
                e[m] = 0;
                return;
            }

            s = f / r;
            c = g / r;
            g = d[i + 1] - p;
            r = (d[i] - g) * s + 2 * c * b;
            p = s * r;
            d[i + 1] = g + p;
            g = c * r - b;
        }

        d[l] -= p;
        e[l] = g;
        e[m] = 0;
    }
}
