using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>Matrices in the basis of a run's covariance.</summary>
internal static class CovarianceBasis
{
    /// <summary>(U D)ᵀ M (U D).</summary>
    public static double[] Of(Covariance covariance, ReadOnlySpan<double> matrix)
    {
        int d = covariance.Dimension;
        double[] result = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                double sum = 0;
                for (int k = 0; k < d; k++)
                {
                    for (int l = 0; l < d; l++)
                    {
                        sum += (double)covariance.U[(k * d) + i] * matrix[(k * d) + l] * covariance.U[(l * d) + j];
                    }
                }

                result[(i * d) + j] = covariance.D[i] * sum * covariance.D[j];
            }
        }

        return result;
    }
}
