using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments;

/// <summary>Batches with a run's covariance, and matrices in its basis.</summary>
internal static class RotatedPrompts
{
    /// <summary>The statistics of a fresh batch with a run's settings and covariance, from a stream seeded anew.</summary>
    public static GramStatistics<float> Draw(TrainingSettings settings, Covariance covariance, ulong seed)
    {
        PromptBatch batch = DrawBatch(settings, covariance, seed);
        GramStatistics<float> statistics = new(settings.BatchSize, settings.Dimension);
        statistics.Compute(batch);
        return statistics;
    }

    /// <summary>Such a batch itself.</summary>
    public static PromptBatch DrawBatch(TrainingSettings settings, Covariance covariance, ulong seed)
    {
        PromptBatch batch = new(settings.Prompts(covariance));
        batch.Draw(new TorchStream(seed));
        return batch;
    }

    /// <summary>(U D)ᵀ M (U D).</summary>
    public static double[] InBasisOf(Covariance covariance, ReadOnlySpan<double> matrix)
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
