using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Baselines;

/// <summary>
/// What preconditions a baseline, in double precision and row-major: Σ = U D² Uᵀ = Rᵀ R with R = D Uᵀ, and Σ⁻¹ = Wᵀ W with W = D⁻¹ Uᵀ.
/// </summary>
internal static class CovarianceRoots
{
    /// <summary>W = D⁻¹ Uᵀ, [d, d]: W x is standard if x has covariance Σ.</summary>
    public static double[] Whitening(Covariance covariance)
    {
        int d = covariance.Dimension;
        double[] w = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                w[(i * d) + j] = (double)covariance.U[(j * d) + i] / covariance.D[i];
            }
        }

        return w;
    }

    /// <summary>R = D Uᵀ, [d, d].</summary>
    public static double[] Transposed(Covariance covariance)
    {
        int d = covariance.Dimension;
        double[] r = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                r[(i * d) + j] = (double)covariance.U[(j * d) + i] * covariance.D[i];
            }
        }

        return r;
    }

    /// <summary>Σ⁻¹ = U D⁻² Uᵀ, [d, d].</summary>
    public static double[] Inverse(Covariance covariance)
    {
        int d = covariance.Dimension;
        double[] w = Whitening(covariance);
        double[] inverse = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
            {
                for (int k = 0; k < d; k++)
                {
                    inverse[(i * d) + j] += w[(k * d) + i] * w[(k * d) + j];
                }
            }
        }

        return inverse;
    }
}
