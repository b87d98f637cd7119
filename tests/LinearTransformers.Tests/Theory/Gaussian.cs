namespace LinearTransformers.Tests.Theory;

/// <summary>Plain Gaussian samples for Monte-Carlo checks.</summary>
internal static class Gaussian
{
    public static double Number(System.Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    public static double[] Vector(System.Random random, int length)
    {
        double[] vector = new double[length];
        for (int i = 0; i < length; i++)
            vector[i] = Number(random);
        return vector;
    }

    public static double[,] Matrix(System.Random random, int rows, int columns)
    {
        double[,] matrix = new double[rows, columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                matrix[i, j] = Number(random);
        return matrix;
    }
}
