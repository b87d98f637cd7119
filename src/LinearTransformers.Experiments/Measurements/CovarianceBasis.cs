using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>Matrices in the basis of a run's covariance.</summary>
internal static class CovarianceBasis
{
    /// <summary>(U D)ᵀ M (U D); of a matrix that sees labels with U D 0, 0 1 in place of U D, for these are as they are.</summary>
    public static double[] Of(Covariance covariance, ReadOnlySpan<double> matrix)
    {
        int d = covariance.Dimension;
        int size = matrix.Length == d * d ? d : d + 1;
        double[] result = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
            {
                double sum = 0;
                for (int k = 0; k < size; k++)
                {
                    for (int l = 0; l < size; l++)
                    {
                        sum += U(k, i) * matrix[(k * size) + l] * U(l, j);
                    }
                }

                result[(i * size) + j] = D(i) * sum * D(j);
            }
        }

        return result;

        double U(int row, int column) => row < d && column < d ? covariance.U[(row * d) + column] : row == column ? 1 : 0;

        double D(int i) => i < d ? covariance.D[i] : 1;
    }
}
