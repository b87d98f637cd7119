namespace LinearTransformers.Numerics;

/// <summary>
/// The left singular vectors of a small square matrix, by one-sided Jacobi rotations of its rows (Hestenes, 1958):
/// they are the rotation that makes the rows of Uᵀ A orthogonal.
/// </summary>
internal static class LeftSingularVectors
{
    private const int MaxSweeps = 60;
    private const double Tolerance = 1e-15;

    /// <summary>
    /// U of A = U S Vᵀ, singular values descending. Each column is signed so that its largest entry in size, the
    /// first of equal ones, is positive; PyTorch's signs follow from the details of LAPACK and differ.
    /// </summary>
    /// <param name="a">A, d × d, row-major.</param>
    /// <param name="d">d.</param>
    public static double[] Of(ReadOnlySpan<double> a, int d)
    {
        double[] rows = [.. a];
        double[] ut = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            ut[(i * d) + i] = 1;
        }

        for (int sweep = 0; sweep < MaxSweeps && Sweep(rows, ut, d); sweep++)
        {
        }

        int[] order = [.. Enumerable.Range(0, d).OrderByDescending(i => Dot(rows.AsSpan(i * d, d), rows.AsSpan(i * d, d)))];
        double[] u = new double[d * d];
        for (int column = 0; column < d; column++)
        {
            ReadOnlySpan<double> vector = ut.AsSpan(order[column] * d, d);
            double largest = 0;
            foreach (double entry in vector)
            {
                largest = Math.Abs(entry) > Math.Abs(largest) ? entry : largest;
            }

            for (int i = 0; i < d; i++)
            {
                u[(i * d) + column] = largest < 0 ? -vector[i] : vector[i];
            }
        }

        return u;
    }

    private static bool Sweep(double[] rows, double[] ut, int d)
    {
        bool rotated = false;
        for (int i = 0; i < d; i++)
        {
            for (int j = i + 1; j < d; j++)
            {
                double alpha = Dot(rows.AsSpan(i * d, d), rows.AsSpan(i * d, d));
                double beta = Dot(rows.AsSpan(j * d, d), rows.AsSpan(j * d, d));
                double gamma = Dot(rows.AsSpan(i * d, d), rows.AsSpan(j * d, d));
                if (Math.Abs(gamma) <= Tolerance * Math.Sqrt(alpha * beta))
                {
                    continue;
                }

                rotated = true;
                double zeta = (beta - alpha) / (2 * gamma);
                double t = (zeta < 0 ? -1 : 1) / (Math.Abs(zeta) + Math.Sqrt(1 + (zeta * zeta)));
                double c = 1 / Math.Sqrt(1 + (t * t));
                Rotate(rows.AsSpan(i * d, d), rows.AsSpan(j * d, d), c, c * t);
                Rotate(ut.AsSpan(i * d, d), ut.AsSpan(j * d, d), c, c * t);
            }
        }

        return rotated;
    }

    private static void Rotate(Span<double> a, Span<double> b, double c, double s)
    {
        for (int k = 0; k < a.Length; k++)
        {
            (a[k], b[k]) = ((c * a[k]) - (s * b[k]), (s * a[k]) + (c * b[k]));
        }
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
        {
            sum += a[k] * b[k];
        }

        return sum;
    }
}
