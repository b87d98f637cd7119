using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Random;

namespace LinearTransformers.Experiments.Field;

/// <summary>
/// The loss of a linear layer on prompts whose query has another covariance than its examples, sampled: M examples x ~ N(0, Λ), labels
/// wᵀx with w ~ N(0, I), g = (1/M) Σ x y, and the error e = w − A g of what stands in for w. A query of covariance Λ_q has the mean square
/// error eᵀ Λ_q e, so queries need not be drawn. Λ and Λ_q are diagonal.
/// </summary>
internal static class ShiftedQueries
{
    private const int BlockSize = 100;

    /// <summary>The mean and its standard error over prompts.</summary>
    /// <param name="query">−A.</param>
    /// <param name="examples">M.</param>
    /// <param name="covariance">Eigenvalues of Λ.</param>
    /// <param name="queryCovariance">Eigenvalues of Λ_q.</param>
    /// <param name="prompts">How many prompts.</param>
    /// <param name="seed">Of the native stream.</param>
    public static (double Loss, double Error) Sample(
        double[,] query, int examples, ReadOnlySpan<double> covariance, ReadOnlySpan<double> queryCovariance, int prompts, ulong seed)
    {
        int d = covariance.Length;
        NativeStream stream = new(seed);
        float[] normals = new float[(examples + 1) * d];
        double[] gram = new double[d];
        BlockMean mean = default;
        for (int block = 0; block < prompts / BlockSize; block++)
        {
            double sum = 0;
            for (int prompt = 0; prompt < BlockSize; prompt++)
            {
                stream.FillNormal(normals);
                ReadOnlySpan<float> task = normals.AsSpan(0, d);
                Array.Clear(gram);
                for (int i = 1; i <= examples; i++)
                {
                    ReadOnlySpan<float> standard = normals.AsSpan(i * d, d);
                    double label = 0;
                    for (int k = 0; k < d; k++)
                    {
                        label += task[k] * Math.Sqrt(covariance[k]) * standard[k];
                    }

                    for (int k = 0; k < d; k++)
                    {
                        gram[k] += Math.Sqrt(covariance[k]) * standard[k] * label / examples;
                    }
                }

                for (int k = 0; k < d; k++)
                {
                    double error = task[k];
                    for (int l = 0; l < d; l++)
                    {
                        error += query[k, l] * gram[l];
                    }

                    sum += queryCovariance[k] * error * error;
                }
            }

            mean.Add(sum / BlockSize, BlockSize);
        }

        return (mean.Mean, mean.Error);
    }
}
