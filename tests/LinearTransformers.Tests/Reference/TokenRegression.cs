namespace LinearTransformers.Tests.Reference;

/// <summary>Baselines word for word from their formulas, prompt by prompt over the tokens, in double precision.</summary>
internal static partial class TokenRegression
{
    /// <summary>(1/B) Σ (wᵀx_q − y_q)², w from a prompt's context; Z is [B, N + 1, d + 1].</summary>
    public static double Loss(double[] z, double[] y, int d, Func<double[,], double[], double[]> solve)
        => Errors(z, y, d, (x, labels, query, _) => [Dot(solve(x, labels), query)]).Average(errors => errors[0]);

    /// <summary>
    /// (ŷ_k − y_q)² for each prompt and each of several predictions ŷ_k, made from its context and its query; the last argument is the
    /// prompt's number.
    /// </summary>
    public static double[][] Errors(double[] z, double[] y, int d, Func<double[,], double[], double[], int, double[]> predict)
    {
        int tokens = z.Length / y.Length / (d + 1);
        double[][] errors = new double[y.Length][];
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

            errors[b] = [.. predict(x, labels, query, b).Select(prediction => (prediction - y[b]) * (prediction - y[b]))];
        }

        return errors;
    }

    /// <summary>w_(k+1) = w_k − η (1/N) Σ (w_kᵀx_i − y_i) x_i + β (w_k − w_(k−1)) after each step, from w_0 = w_(−1) = 0.</summary>
    public static double[][] HeavyBall(double[,] x, double[] y, double stepSize, double momentum, int steps)
    {
        int d = x.GetLength(1);
        double[] before = new double[d];
        double[] here = new double[d];
        double[][] path = new double[steps][];
        for (int k = 0; k < steps; k++)
        {
            double[] errors = [.. Enumerable.Range(0, y.Length).Select(n => Enumerable.Range(0, d).Sum(i => here[i] * x[n, i]) - y[n])];
            double[] next = [.. Enumerable.Range(0, d).Select(i => here[i]
                - (stepSize * Enumerable.Range(0, y.Length).Sum(n => errors[n] * x[n, i]) / y.Length)
                + (momentum * (here[i] - before[i])))];
            (before, here) = (here, next);
            path[k] = next;
        }

        return path;
    }

    /// <summary>
    /// What has the least ‖X w − y‖² of all w in the span of g, G g, …, G^(k−1) g, for k = 1, 2, …: a basis of the span by Gram and
    /// Schmidt, and the normal equations in it. No recurrence of conjugate gradients.
    /// </summary>
    public static double[][] Krylov(double[,] x, double[] y, int steps)
    {
        int d = x.GetLength(1);
        List<double[]> basis = [];
        double[] power = Gradient(x, y);
        double[][] path = new double[steps][];
        for (int k = 0; k < steps; k++)
        {
            double length = Math.Sqrt(Dot(power, power));
            for (int pass = 0; pass < 2; pass++)
            {
                foreach (double[] other in basis)
                {
                    double along = Dot(power, other);
                    power = [.. power.Zip(other, (p, o) => p - (along * o))];
                }
            }

            double left = Math.Sqrt(Dot(power, power));
            if (basis.Count < d && left > 1e-10 * length)
            {
                basis.Add([.. power.Select(p => p / left)]);
                double[][] images = [.. basis.Select(b => Times(x, b))];
                double[,] matrix = new double[basis.Count, basis.Count];
                for (int i = 0; i < matrix.Length; i++)
                {
                    matrix[i / basis.Count, i % basis.Count] = Dot(images[i / basis.Count], images[i % basis.Count]);
                }

                double[] coefficients = Solve(matrix, [.. images.Select(image => Dot(image, y))]);
                path[k] = [.. Enumerable.Range(0, d).Select(i => basis.Zip(coefficients, (b, c) => b[i] * c).Sum())];
                power = Gradient(x, Times(x, basis[^1]));
            }
            else
            {
                path[k] = k == 0 ? new double[d] : path[k - 1];
                power = new double[d];
            }
        }

        return path;
    }

    /// <summary>(1/N) Σ x_i y_i.</summary>
    private static double[] Gradient(double[,] x, double[] y)
        => [.. Enumerable.Range(0, x.GetLength(1)).Select(i => Enumerable.Range(0, y.Length).Sum(n => x[n, i] * y[n]) / y.Length)];

    private static double[] Times(double[,] matrix, double[] vector)
        => [.. Enumerable.Range(0, matrix.GetLength(0)).Select(i => Enumerable.Range(0, vector.Length).Sum(j => matrix[i, j] * vector[j]))];

    public static double Dot(double[] a, double[] b) => a.Zip(b, (p, q) => p * q).Sum();

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
