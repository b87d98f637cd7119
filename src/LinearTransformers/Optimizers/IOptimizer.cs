namespace LinearTransformers.Optimizers;

/// <summary>Moves parameters downhill, a step at a time, by their gradient alone.</summary>
public interface IOptimizer<T> : IResumable
    where T : unmanaged
{
    /// <summary>One step.</summary>
    /// <param name="parameters">Moved in place.</param>
    /// <param name="gradient">At the parameters, clipped as it may be.</param>
    /// <param name="stepSize">The learning rate η of this step.</param>
    void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double stepSize);
}
