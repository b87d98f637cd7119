using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Shapes;

namespace LinearTransformers.Kernels;

/// <summary>
/// The in-context loss of a linear transformer, (1/B) Σ (ŷ-entry + wᵀx_q)² over a batch's prompts, where the ŷ-entry
/// is the last entry of the last row of Z after all layers (the prediction is minus it), and its gradient with
/// respect to all parameters. Sums are in a fixed order: the same bits on any number of threads.
/// </summary>
/// <typeparam name="T">float, as the published code computes, or double.</typeparam>
/// <remarks>Not for use from several threads at once; a run has one of its own.</remarks>
public sealed class GramLoss<T>
    where T : unmanaged
{
    private readonly GramEvaluator<T> _evaluator;

    /// <summary>A loss for models of this shape.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public GramLoss(LinearTransformerShape shape, WorkerTeam? team = null)
        : this(shape, team, shape?.Dimension == 5)
    {
    }

    internal GramLoss(LinearTransformerShape shape, WorkerTeam? team, bool knownDimension)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        _evaluator = new(new GramPasses(shape, knownDimension), team, null);
    }

    /// <summary>The model's sizes.</summary>
    public LinearTransformerShape Shape { get; }

    /// <summary>The loss at these parameters.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, GramStatistics<T> statistics) => _evaluator.Evaluate(parameters, statistics);

    /// <summary>The loss at these parameters, and its gradient in their layout.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, GramStatistics<T> statistics, Span<T> gradient)
        => _evaluator.Evaluate(parameters, statistics, gradient);
}
