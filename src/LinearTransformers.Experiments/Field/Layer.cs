using LinearTransformers.Experiments.Runs;
using LinearTransformers.Models;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Field;

/// <summary>The only layer of a run's model as one matrix: it predicts x_qᵀ A g, g = (1/N) Σ x_i y_i.</summary>
internal static class Layer
{
    /// <summary>−A, the sum of Q̂ over heads, where P̂ has no effect and P's corner is 1.</summary>
    public static double[,] Query(FinishedRun run, long iteration)
    {
        TrainingSettings settings = run.Settings;
        int d = settings.Dimension;
        float[] matrices = ((LinearTransformerModel)settings.Model).Matrices(settings.Sizes, run.History.At(iteration));
        double[,] query = new double[d, d];
        for (int i = 0; i < d * d; i++)
        {
            for (int head = 0; head < settings.Heads; head++)
            {
                query[i / d, i % d] += matrices[(((2 * head) + 1) * d * d) + i];
            }
        }

        return query;
    }

    /// <summary>The same at the end of a run.</summary>
    public static double[,] Query(FinishedRun run) => Query(run, run.History.Iterations[^1]);

    /// <summary>A diagonal matrix.</summary>
    public static double[,] Diagonal(params IReadOnlyList<double> entries)
    {
        double[,] matrix = new double[entries.Count, entries.Count];
        for (int i = 0; i < entries.Count; i++)
        {
            matrix[i, i] = entries[i];
        }

        return matrix;
    }
}
