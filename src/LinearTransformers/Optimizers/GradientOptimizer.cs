using System.Numerics;
using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>An optimizer whose steps need no more than the gradient.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class GradientOptimizer<T> : IOptimizer<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    /// <summary>One step.</summary>
    /// <param name="parameters">Moved in place; as many as the optimizer was made for.</param>
    /// <param name="gradient">At the parameters, of the same length, clipped as it may be.</param>
    /// <param name="stepSize">The learning rate η of this step.</param>
    public abstract void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize);

    /// <inheritdoc/>
    public virtual IReadOnlyList<Tensor> Save() => [];

    /// <inheritdoc/>
    public virtual void Restore(TensorFile state)
    {
    }

    void IOptimizer<T>.Step(
        Span<T> parameters, double loss, ReadOnlySpan<T> gradient, Objective<T> objective, double stepSize, CancellationToken stop)
        => Step(parameters, gradient, stepSize);
}
