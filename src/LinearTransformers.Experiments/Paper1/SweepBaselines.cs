using LinearTransformers.Baselines;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper1;

/// <summary>The baselines of the two sweeps, in the fair way and in the published one.</summary>
internal static class SweepBaselines
{
    public const string Plain = "Gradient descent";
    public const string Preconditioned = "Preconditioned gradient descent";
    public const string LeastSquaresName = "Least squares";

    /// <summary>One step size for all steps, the best on the tuning batch; scored on the test batch.</summary>
    public static double Fair(int steps, Covariance? preconditioner, GramStatistics<float> tuning, GramStatistics<float> test)
    {
        GradientDescent<float> descent = new(test.Dimension, preconditioner);
        return descent.Loss(descent.Best(steps, tuning).StepSize, steps, test);
    }

    /// <summary>
    /// As published: without the last example, the step size from a grid, tuned on the first 5,000 prompts of a batch
    /// with the covariance of the run with seed 1, scored on prompts drawn with the run's own seed.
    /// </summary>
    public static double Original(
        TrainingSettings settings, Covariance covariance, bool preconditioned, ReadOnlySpan<double> publishedGrid, int scoredPrompts)
    {
        Covariance tuningCovariance = Covariance.Rotated(new TorchStream(PublishedBaselines.TuningRotationSeed), settings.Dimension);
        int examples = Examples(settings);
        GramStatistics<float> tuning = First(settings, tuningCovariance, PublishedBaselines.TuningSeed, PublishedBaselines.Prompts);
        GramStatistics<float> scored = First(settings, covariance, (ulong)settings.Seed, scoredPrompts);
        double[] grid = PublishedBaselines.ForMeans(publishedGrid, examples);
        double step = new GradientDescent<float>(settings.Dimension, preconditioned ? tuningCovariance : null)
            .BestOnGrid(grid, settings.Layers, tuning).StepSize;
        return new GradientDescent<float>(settings.Dimension, preconditioned ? covariance : null).Loss(step, settings.Layers, scored);
    }

    /// <summary>The statistics of the first prompts of a batch, without the last example.</summary>
    public static GramStatistics<float> First(TrainingSettings settings, Covariance covariance, ulong seed, int prompts)
    {
        GramStatistics<float> statistics = new(Math.Min(prompts, settings.BatchSize), settings.Dimension);
        statistics.ComputeFirst(FreshPrompts.Draw(settings, covariance, seed), Examples(settings));
        return statistics;
    }

    private static int Examples(TrainingSettings settings) => Math.Max(1, settings.ContextLength - 1);
}
