namespace LinearTransformers.Numerics;

/// <summary>Plain arithmetic of small dense matrices in double precision.</summary>
internal static class SmallMatrix
{
    /// <summary>A B.</summary>
    public static double[,] Multiply(double[,] a, double[,] b)
    {
        (int rows, int inner, int columns) = (a.GetLength(0), b.GetLength(0), b.GetLength(1));
        double[,] product = new double[rows, columns];
        for (int i = 0; i < rows; i++)
            for (int k = 0; k < inner; k++)
                for (int j = 0; j < columns; j++)
                    product[i, j] += a[i, k] * b[k, j];
        return product;
    }

    /// <summary>Aᵀ.</summary>
    public static double[,] Transpose(double[,] a)
    {
        double[,] transpose = new double[a.GetLength(1), a.GetLength(0)];
        for (int i = 0; i < a.GetLength(0); i++)
            for (int j = 0; j < a.GetLength(1); j++)
                transpose[j, i] = a[i, j];
        return transpose;
    }

    /// <summary>tr A B, without the product.</summary>
    public static double TraceOfProduct(double[,] a, double[,] b)
    {
        double trace = 0;
        for (int i = 0; i < a.GetLength(0); i++)
            for (int k = 0; k < a.GetLength(1); k++)
                trace += a[i, k] * b[k, i];
        return trace;
    }
}
