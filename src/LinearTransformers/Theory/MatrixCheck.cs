using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>What a matrix must be to be a covariance.</summary>
internal static class MatrixCheck
{
    private const double Asymmetry = 1e-9;
    private const double Roundings = 1e-13;

    /// <summary>A square matrix of finite entries in the given dimension.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static void Square(double[,] matrix, int dimension, [CallerArgumentExpression(nameof(matrix))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(matrix, name);
        (int rows, int columns) = (matrix.GetLength(0), matrix.GetLength(1));
        if (rows != dimension || columns != dimension || dimension == 0)
            throw new ArgumentException($"{name} is {rows}×{columns}; it must be {Math.Max(dimension, 1)}×{Math.Max(dimension, 1)}.", name);
        foreach (double entry in matrix)
        {
            if (!double.IsFinite(entry))
                throw new ArgumentException($"{name} has an entry {entry}; all must be finite.", name);
        }
    }

    /// <summary>A symmetric matrix without negative eigenvalues; returns its lower Cholesky factor.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static double[,] Covariance(double[,] matrix, int dimension, [CallerArgumentExpression(nameof(matrix))] string? name = null)
    {
        Square(matrix, dimension, name);
        double largest = 0;
        foreach (double entry in matrix)
            largest = Math.Max(largest, Math.Abs(entry));
        for (int i = 0; i < dimension; i++)
        {
            for (int j = 0; j < i; j++)
            {
                if (Math.Abs(matrix[i, j] - matrix[j, i]) > Asymmetry * largest)
                    throw new ArgumentException(
                        $"{name} has {matrix[i, j]} at ({i}, {j}) and {matrix[j, i]} at ({j}, {i}); it must be symmetric.", name);
            }
        }

        return Cholesky.Factor(matrix, Roundings)
            ?? throw new ArgumentException($"{name} has a negative eigenvalue; a covariance has none.", name);
    }
}
