using LinearTransformers.Storage;

namespace LinearTransformers.Optimizers;

/// <summary>Moves parameters downhill, a step at a time.</summary>
public interface IOptimizer<T>
    where T : unmanaged
{
    /// <summary>One step.</summary>
    /// <param name="parameters">Moved in place.</param>
    /// <param name="gradient">At the parameters, clipped as it may be.</param>
    /// <param name="stepSize">The learning rate η of this step.</param>
    void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize);

    /// <summary>Everything the next step depends on, besides its arguments.</summary>
    IReadOnlyList<Tensor> Save();

    /// <summary>Takes up what <see cref="Save"/> gave.</summary>
    /// <exception cref="TensorFormatException">A tensor is missing or has another shape.</exception>
    void Restore(TensorFile state);
}
