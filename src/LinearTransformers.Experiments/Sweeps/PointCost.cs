using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>Roughly what a run costs, compared with others: good enough for a progress line, and to order points by.</summary>
internal static class PointCost
{
    /// <summary>Of an iteration: prompts, times layers and drawing, times what grows with the dimension.</summary>
    public static double OfIteration(TrainingSettings settings)
    {
        double d = settings.Dimension + 1;
        double layers = (settings.Layers - 0.7) * settings.Heads * d * d;
        double draw = settings.ResampleEvery is null or 1 ? 0.1 * (settings.ContextLength + 1) * d : 0;
        return settings.BatchSize * (layers + draw);
    }

    /// <summary>Of a run. The cost of its scores, on as many prompts as a hundred batches, is that of some iterations.</summary>
    public static double Of(TrainingSettings settings) => OfIteration(settings) * settings.MaxIterations;
}
