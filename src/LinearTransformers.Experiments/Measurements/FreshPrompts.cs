using System.Numerics;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>Batches to measure on: a run's settings, but a stream of their own.</summary>
internal static class FreshPrompts
{
    /// <summary>The seed of all published test batches.</summary>
    public const ulong TestSeed = 99;

    /// <summary>A batch from a stream seeded anew, PyTorch's and NumPy's alike.</summary>
    public static PromptBatch Draw(TrainingSettings settings, Covariance? covariance = null, ulong seed = TestSeed)
    {
        PromptBatch batch = new(settings.Prompts(covariance));
        batch.Draw(new TorchStream(seed));
        return batch;
    }

    /// <summary>The statistics of such a batch.</summary>
    public static GramStatistics<float> Statistics(TrainingSettings settings, Covariance? covariance = null, ulong seed = TestSeed)
        => Statistics(Draw(settings, covariance, seed));

    /// <summary>The statistics of a batch.</summary>
    public static GramStatistics<float> Statistics(PromptBatch batch)
    {
        GramStatistics<float> statistics = new(batch.Settings.BatchSize, batch.Settings.Dimension);
        statistics.Compute(batch);
        return statistics;
    }

    /// <summary>A run's loss on a batch.</summary>
    public static BatchLoss<T> Loss<T>(TrainingSettings settings, PromptBatch batch)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        BatchLoss<T> loss = settings.NewLoss<T>();
        loss.Load(batch);
        return loss;
    }
}
