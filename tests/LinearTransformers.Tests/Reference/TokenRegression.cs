namespace LinearTransformers.Tests.Reference;

/// <summary>Baselines word for word from their formulas, prompt by prompt over the tokens, in double precision.</summary>
internal static class TokenRegression
{
    /// <summary>(1/B) Σ (wᵀx_q − y_q)², w from a prompt's context; Z is [B, N + 1, d + 1].</summary>
    public static double Loss(double[] z, double[] y, int d, Func<double[,], double[], double[]> solve)
    {
        int tokens = z.Length / y.Length / (d + 1);
        double sum = 0;
        for (int b = 0; b < y.Length; b++)
        {
            double[,] x = new double[tokens - 1, d];
            double[] labels = new double[tokens - 1];
            double[] query = new double[d];
            for (int n = 0; n < tokens; n++)
            {
                Span<double> row = z.AsSpan(((b * tokens) + n) * (d + 1), d + 1);
                for (int i = 0; i < d; i++)
                {
                    if (n < tokens - 1)
                    {
                        x[n, i] = row[i];
                    }
                    else
                    {
                        query[i] = row[i];
                    }
                }

                if (n < tokens - 1)
                {
                    labels[n] = row[d];
                }
            }

            double residual = solve(x, labels).Zip(query, (w, q) => w * q).Sum() - y[b];
            sum += residual * residual;
        }

        return sum / y.Length;
    }

    /// <summary>w ← w − η_k M (1/N) Σ (wᵀx_i − y_i) x_i from w = 0; M null for the identity.</summary>
    public static double[] Descend(double[,] x, double[] y, double[] stepSizes, double[,]? preconditioner)
    {
        int d = x.GetLength(1);
        double[] w = new double[d];
        foreach (double stepSize in stepSizes)
        {
            double[] gradient = new double[d];
            for (int n = 0; n < y.Length; n++)
            {
                double error = -y[n];
                for (int i = 0; i < d; i++)
                {
                    error += w[i] * x[n, i];
                }

                for (int i = 0; i < d; i++)
                {
                    gradient[i] += error * x[n, i] / y.Length;
                }
            }

            for (int i = 0; i < d; i++)
            {
                double along = gradient[i];
                if (preconditioner is not null)
                {
                    along = 0;
                    for (int j = 0; j < d; j++)
                    {
                        along += preconditioner[i, j] * gradient[j];
                    }
                }

                w[i] -= stepSize * along;
            }
        }

        return w;
    }

    /// <summary>
    /// Ridge regression w = S Xᵀ (X S Xᵀ + N ρ I)⁻¹ y with S = Σ⁻¹, the minimum of (1/N) ‖X w − y‖² + ρ wᵀ Σ w: dual to how
    /// the library solves it.
    /// </summary>
    public static double[] Ridge(double[,] x, double[] y, double penalty, double[,] inverseCovariance)
    {
        double[,] sx = Dense.Multiply(inverseCovariance, Dense.Transpose(x));
        double[,] kernel = Dense.Multiply(x, sx);
        for (int n = 0; n < y.Length; n++)
        {
            kernel[n, n] += y.Length * penalty;
        }

        double[] dual = Solve(kernel, y);
        return [.. Enumerable.Range(0, x.GetLength(1)).Select(i => Enumerable.Range(0, y.Length).Sum(n => sx[i, n] * dual[n]))];
    }

    /// <summary>Gaussian elimination with partial pivoting.</summary>
    private static double[] Solve(double[,] matrix, double[] right)
    {
        int n = right.Length;
        double[,] a = (double[,])matrix.Clone();
        double[] b = [.. right];
        for (int k = 0; k < n; k++)
        {
            int pivot = Enumerable.Range(k, n - k).MaxBy(i => Math.Abs(a[i, k]));
            for (int j = 0; j < n; j++)
            {
                (a[k, j], a[pivot, j]) = (a[pivot, j], a[k, j]);
            }

            (b[k], b[pivot]) = (b[pivot], b[k]);
            for (int i = k + 1; i < n; i++)
            {
                double factor = a[i, k] / a[k, k];
                for (int j = k; j < n; j++)
                {
                    a[i, j] -= factor * a[k, j];
                }

                b[i] -= factor * b[k];
            }
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int j = i + 1; j < n; j++)
            {
                b[i] -= a[i, j] * b[j];
            }

            b[i] /= a[i, i];
        }

        return b;
    }
}
