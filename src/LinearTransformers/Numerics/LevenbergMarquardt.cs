namespace LinearTransformers.Numerics;

/// <summary>Nonlinear least squares, min_θ Σ_j r_j(θ)², for a handful of parameters and exact first derivatives.</summary>
/// <remarks>
/// Each step solves min ‖J δ + r‖² + μ ‖D δ‖² with D the largest column norms of J met so far (Moré 1978) and μ
/// steered by the ratio of actual to predicted decrease (Nielsen 1999). Deterministic.
/// </remarks>
internal static class LevenbergMarquardt
{
    /// <summary>Fills r [rows] and J [rows × parameters] at θ.</summary>
    public delegate void Residuals(ReadOnlySpan<double> theta, double[] r, double[,] J);

    /// <summary>Improves <paramref name="theta"/> in place until no step lowers the sum of squares; returns that sum.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static double Minimize(Residuals residuals, int rows, double[] theta, int maxIterations, CancellationToken stop = default)
    {
        int n = theta.Length;
        (double[] r, double[,] J) = (new double[rows], new double[rows, n]);
        (double[] newR, double[,] newJ) = (new double[rows], new double[rows, n]);
        double[] trial = new double[n];
        double[] scale = new double[n];
        residuals(theta, r, J);
        double value = SumOfSquares(r);
        double mu = 1e-3, growth = 2;
        for (int iteration = 0; iteration < maxIterations && double.IsFinite(value); iteration++)
        {
            stop.ThrowIfCancellationRequested();
            double[] step = Step(r, J, mu, scale);
            double size = 0;
            for (int i = 0; i < n; i++)
            {
                trial[i] = theta[i] + step[i];
                size = Math.Max(size, Math.Abs(step[i]) / Math.Max(Math.Abs(theta[i]), 1e-300));
            }

            double predicted = value - LinearModel(r, J, step);
            residuals(trial, newR, newJ);
            double newValue = SumOfSquares(newR);
            if (newValue < value)
            {
                double ratio = (value - newValue) / predicted;
                mu *= Math.Max(1.0 / 3, 1 - Math.Pow(2 * ratio - 1, 3));
                growth = 2;
                trial.CopyTo(theta, 0);
                (r, newR, J, newJ, value) = (newR, r, newJ, J, newValue);
            }
            else
            {
                mu *= growth;
                growth *= 2;
            }

            if (size < 1e-15)
                break;
        }

        return value;
    }

    private static double[] Step(double[] r, double[,] J, double mu, double[] scale)
    {
        (int rows, int n) = (r.Length, scale.Length);
        double[,] A = new double[rows + n, n];
        double[] b = new double[rows + n];
        for (int i = 0; i < n; i++)
        {
            double squares = 0;
            for (int j = 0; j < rows; j++)
            {
                A[j, i] = J[j, i];
                squares += J[j, i] * J[j, i];
            }

            scale[i] = Math.Max(scale[i], Math.Sqrt(squares));
            A[rows + i, i] = Math.Sqrt(mu) * Math.Max(scale[i], 1e-150);
        }

        for (int j = 0; j < rows; j++)
            b[j] = -r[j];
        return HouseholderLeastSquares.Solve(A, b);
    }

    private static double LinearModel(double[] r, double[,] J, double[] step)
    {
        double sum = 0;
        for (int j = 0; j < r.Length; j++)
        {
            double value = r[j];
            for (int i = 0; i < step.Length; i++)
                value += J[j, i] * step[i];
            sum += value * value;
        }

        return sum;
    }

    private static double SumOfSquares(double[] r)
    {
        double sum = 0;
        foreach (double value in r)
            sum += value * value;
        return sum;
    }
}
