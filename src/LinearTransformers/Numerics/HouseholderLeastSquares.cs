namespace LinearTransformers.Numerics;

/// <summary>Dense linear least squares, min_x ‖A x − b‖₂, by Householder reflections.</summary>
internal static class HouseholderLeastSquares
{
    /// <summary>The minimiser x, for a matrix of full column rank with at least as many rows as columns.</summary>
    /// <param name="matrix">A, rows × columns; left unchanged.</param>
    /// <param name="rightHandSide">b, one entry a row; left unchanged.</param>
    /// <exception cref="ArgumentException">The sizes do not fit.</exception>
    /// <exception cref="ArithmeticException">A column depends linearly on those before it, to the last bit.</exception>
    public static double[] Solve(double[,] matrix, ReadOnlySpan<double> rightHandSide)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        (int rows, int columns) = (matrix.GetLength(0), matrix.GetLength(1));
        if (rows < columns || rightHandSide.Length != rows)
            throw new ArgumentException(
                $"A is {rows}×{columns} and b has {rightHandSide.Length} entries; at least {columns} rows and as many entries are needed.",
                    nameof(rightHandSide));

        double[,] a = (double[,])matrix.Clone();
        double[] b = rightHandSide.ToArray();
        for (int p = 0; p < columns; p++)
            Reflect(a, b, p);

        double[] x = new double[columns];
        for (int i = columns - 1; i >= 0; i--)
        {
            if (a[i, i] == 0)
                throw new ArithmeticException($"Column {i} of the least-squares matrix depends linearly on those before it.");
            double sum = b[i];
            for (int j = i + 1; j < columns; j++)
                sum -= a[i, j] * x[j];
            x[i] = sum / a[i, i];
        }

        return x;
    }

    // Sends column p, from row p down, to a multiple of the first unit vector.
    private static void Reflect(double[,] a, double[] b, int p)
    {
        int rows = b.Length;
        double largest = 0, squares = 0;
        for (int i = p; i < rows; i++)
            largest = Math.Max(largest, Math.Abs(a[i, p]));
        if (largest == 0)
            return;
        for (int i = p; i < rows; i++)
            squares += a[i, p] / largest * (a[i, p] / largest);

        double image = -Math.CopySign(largest * Math.Sqrt(squares), a[p, p]);
        double[] v = new double[rows];
        for (int i = p; i < rows; i++)
            v[i] = a[i, p] / image;
        v[p] -= 1;
        // ‖v‖² = −2 v_p for this choice of sign, so the reflection is I + v vᵀ/v_p.
        for (int j = p; j < a.GetLength(1); j++)
        {
            double dot = 0;
            for (int i = p; i < rows; i++)
                dot += v[i] * a[i, j];
            dot /= v[p];
            for (int i = p; i < rows; i++)
                a[i, j] += dot * v[i];
        }

        double onB = 0;
        for (int i = p; i < rows; i++)
            onB += v[i] * b[i];
        onB /= v[p];
        for (int i = p; i < rows; i++)
            b[i] += onB * v[i];
    }
}
