namespace LinearTransformers.Numerics;

/// <summary>A = C Cᵀ with C lower triangular, for small symmetric matrices without negative eigenvalues.</summary>
/// <remarks>
/// A pivot that is zero to rounding leaves a column of zeros, as it should be where A is singular: what is left of a
/// semi-definite matrix has a zero column below a zero on its diagonal. Source: Golub, Van Loan, <i>Matrix
/// Computations</i>, §4.2.8.
/// </remarks>
internal static class Cholesky
{
    /// <summary>C, or null if A has a negative eigenvalue.</summary>
    /// <param name="matrix">A, n×n; its lower triangle is read.</param>
    /// <param name="tolerance">Pivots up to n times this part of A's largest diagonal entry count as zero.</param>
    public static double[,]? Factor(double[,] matrix, double tolerance = 0)
    {
        int n = matrix.GetLength(0);
        double largest = 0;
        for (int i = 0; i < n; i++)
            largest = Math.Max(largest, matrix[i, i]);
        double negligible = n * tolerance * largest;
        double[,] c = new double[n, n];
        for (int j = 0; j < n; j++)
        {
            double pivot = matrix[j, j];
            for (int k = 0; k < j; k++)
                pivot -= c[j, k] * c[j, k];
            if (!(pivot >= -negligible))
                return null;
            c[j, j] = pivot > negligible ? Math.Sqrt(pivot) : 0;
            for (int i = j + 1; i < n; i++)
            {
                double rest = matrix[i, j];
                for (int k = 0; k < j; k++)
                    rest -= c[i, k] * c[j, k];
                if (c[j, j] > 0)
                    c[i, j] = rest / c[j, j];
                else if (Math.Abs(rest) > Math.Sqrt(negligible * largest))
                    return null;
            }
        }

        return c;
    }

    /// <summary>C⁻¹ B for a C without zeros on its diagonal, in place of B.</summary>
    public static void SolveLower(double[,] factor, double[,] rightHandSides)
    {
        (int n, int columns) = (rightHandSides.GetLength(0), rightHandSides.GetLength(1));
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double sum = rightHandSides[i, j];
                for (int k = 0; k < i; k++)
                    sum -= factor[i, k] * rightHandSides[k, j];
                rightHandSides[i, j] = sum / factor[i, i];
            }
        }
    }
}
