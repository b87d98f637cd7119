namespace LinearTransformers.Tests.Reference;

/// <summary>Plain matrix arithmetic: the library has its own, and a reference shares no code with what it is a reference for.</summary>
internal static class Dense
{
    public static double[,] Multiply(double[,] a, double[,] b)
    {
        double[,] product = new double[a.GetLength(0), b.GetLength(1)];
        for (int i = 0; i < a.GetLength(0); i++)
            for (int k = 0; k < a.GetLength(1); k++)
                for (int j = 0; j < b.GetLength(1); j++)
                    product[i, j] += a[i, k] * b[k, j];
        return product;
    }

    public static double[,] Transpose(double[,] a)
    {
        double[,] transpose = new double[a.GetLength(1), a.GetLength(0)];
        for (int i = 0; i < a.GetLength(0); i++)
            for (int j = 0; j < a.GetLength(1); j++)
                transpose[j, i] = a[i, j];
        return transpose;
    }

    /// <summary>tr W^k for k = 0 … <paramref name="maxPower"/>, W = XᵀX.</summary>
    public static double[] TracePowers(double[,] X, int maxPower)
    {
        double[,] W = Multiply(Transpose(X), X);
        double[,] power = W;
        double[] traces = new double[maxPower + 1];
        traces[0] = W.GetLength(0);
        for (int k = 1; k <= maxPower; k++)
        {
            for (int i = 0; i < W.GetLength(0); i++)
                traces[k] += power[i, i];
            power = Multiply(power, W);
        }

        return traces;
    }

    /// <summary>scale·diag(diagonal).</summary>
    public static double[,] Scaled(double scale, params double[] diagonal)
    {
        double[,] matrix = new double[diagonal.Length, diagonal.Length];
        for (int i = 0; i < diagonal.Length; i++)
            matrix[i, i] = scale * diagonal[i];
        return matrix;
    }
}
