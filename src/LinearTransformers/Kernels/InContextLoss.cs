using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;

namespace LinearTransformers.Kernels;

/// <summary>
/// The in-context loss of a linear transformer, (1/B) Σ (ŷ-entry + wᵀx_q)² over a batch's prompts, where the ŷ-entry
/// is the last entry of the last row of Z after all layers (the prediction is minus it), and its gradient with
/// respect to all parameters. Sums are in a fixed order: the same bits on any number of threads.
/// </summary>
/// <typeparam name="T">float, as the published code computes, or double.</typeparam>
/// <remarks>Not for use from several threads at once; a run has one of its own.</remarks>
public sealed class InContextLoss<T>
    where T : unmanaged
{
    private readonly IGramEngine<T, T> _engine;

    /// <summary>A loss for models of this shape.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="team">Who shares the work; null for the caller alone.</param>
    public InContextLoss(LinearTransformerShape shape, WorkerTeam? team = null)
        : this(shape, team, shape?.Dimension == 5)
    {
    }

    internal InContextLoss(LinearTransformerShape shape, WorkerTeam? team, bool knownDimension)
    {
        ArgumentNullException.ThrowIfNull(shape);
        Shape = shape;
        object engine = (typeof(T) == typeof(float), knownDimension) switch
        {
            (true, true) => new GramEngine<SingleLanes, float, SingleLanes, float, Dimension5>(shape, team),
            (true, false) => new GramEngine<SingleLanes, float, SingleLanes, float, AnyDimension>(shape, team),
            (false, true) => new GramEngine<DoubleLanes, double, DoubleLanes, double, Dimension5>(shape, team),
            (false, false) => new GramEngine<DoubleLanes, double, DoubleLanes, double, AnyDimension>(shape, team),
        };
        _engine = engine as IGramEngine<T, T>
            ?? throw new NotSupportedException($"losses are computed in float or double, not {typeof(T)}");
    }

    /// <summary>The model's sizes.</summary>
    public LinearTransformerShape Shape { get; }

    /// <summary>The loss at these parameters.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, GramStatistics<T> statistics)
    {
        KernelArguments.Check(Shape, parameters, statistics);
        return _engine.Evaluate(parameters, statistics, []);
    }

    /// <summary>The loss at these parameters, and its gradient in their layout.</summary>
    public double Evaluate(ReadOnlySpan<T> parameters, GramStatistics<T> statistics, Span<T> gradient)
    {
        KernelArguments.Check(Shape, parameters, statistics);
        KernelArguments.CheckGradient(Shape, gradient);
        return _engine.Evaluate(parameters, statistics, gradient);
    }
}
