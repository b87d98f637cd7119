using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>The condition of the Hessian at an iterate, on a test batch.</summary>
/// <param name="Published">max / median of the sizes on the whole diagonal, coordinates without influence counted.</param>
/// <param name="Live">The same on the diagonal of what the loss depends on.</param>
/// <param name="Spectral">max / median of the eigenvalues' sizes, of what the loss depends on.</param>
/// <param name="Negative">Which share of these eigenvalues is negative.</param>
internal sealed record ConditionNumbers(double Published, double Live, double Spectral, double Negative)
{
    /// <summary>At the start of some iterations of a run.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static ConditionNumbers[] Along(FinishedRun run, IReadOnlyList<int> iterations, PromptBatch test, CancellationToken stop)
    {
        LinearTransformerShape shape = run.Settings.Shape;
        Curvature<float> curvature = new(FreshPrompts.Loss<float>(run.Settings, test));
        int[] live = ParameterCoordinates.Live(shape);
        return [.. iterations.Select(t =>
        {
            stop.ThrowIfCancellationRequested();
            return Of(shape, live, curvature.Hessian(run.History.At(t), live));
        })];
    }

    /// <summary>
    /// The published ones alone, of any model: from the Hessian's diagonal, so where a run diverges too, and there are no eigenvalues.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static double[] PublishedAlong(FinishedRun run, IReadOnlyList<int> iterations, PromptBatch test, CancellationToken stop)
    {
        Curvature<float> curvature = new(FreshPrompts.Loss<float>(run.Settings, test));
        return [.. iterations.Select(t =>
        {
            stop.ThrowIfCancellationRequested();
            return ConditionNumber.Published(curvature.Diagonal(run.History.At(t)));
        })];
    }

    /// <summary>From the Hessian of the live coordinates: all others are zero.</summary>
    private static ConditionNumbers Of(LinearTransformerShape shape, int[] live, double[,] hessian)
    {
        double[] diagonal = new double[shape.ParameterCount];
        for (int i = 0; i < live.Length; i++)
        {
            diagonal[live[i]] = hessian[i, i];
        }

        double[] eigenvalues = SymmetricEigenvalues.Of(hessian);
        return new ConditionNumbers(
            ConditionNumber.Published(diagonal),
            ConditionNumber.Live(shape, diagonal),
            ConditionNumber.RobustSpectral(eigenvalues),
            eigenvalues.Count(value => value < 0) / (double)eigenvalues.Length);
    }
}
