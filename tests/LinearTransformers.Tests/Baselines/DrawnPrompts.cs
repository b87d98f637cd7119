using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Baselines;

/// <summary>Batches by the options of a run, with all that baselines look at.</summary>
internal static class DrawnPrompts
{
    /// <summary>What a batch is made of.</summary>
    /// <param name="options">Names and values, such as "noise uniform:2 covariance ar:0.5".</param>
    /// <param name="batchSize">B.</param>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    public static PromptSettings Settings(string options, int batchSize, int contextLength, int dimension)
    {
        TrainingSettings run = SettingNames.Apply(
            new TrainingSettings { BatchSize = batchSize, ContextLength = contextLength, Dimension = dimension },
            [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(pair => (pair[0], pair[1]))]);
        return run.Prompts(run.Covariance.Draw(new TorchStream(3), dimension));
    }

    /// <summary>Statistics of a batch, with (1/N) Σ y² and σ.</summary>
    public static GramStatistics<double> Statistics(PromptBatch batch)
    {
        GramStatistics<double> statistics = new(batch.Settings.BatchSize, batch.Settings.Dimension, hasSquares: true, hasDeviations: true);
        statistics.Compute(batch);
        return statistics;
    }

    /// <summary>Statistics that the native stream draws without tokens, where the laws allow it.</summary>
    public static GramStatistics<double> Statistics(PromptSettings settings, ulong seed = 7)
    {
        PromptBatch batch = new(settings);
        batch.Draw(new NativeStream(seed), statisticsSuffice: true);
        return Statistics(batch);
    }
}
