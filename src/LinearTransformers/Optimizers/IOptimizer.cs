namespace LinearTransformers.Optimizers;

/// <summary>Moves parameters downhill, a step at a time.</summary>
/// <typeparam name="T">float or double.</typeparam>
public interface IOptimizer<T> : IResumable
    where T : unmanaged
{
    /// <summary>One step.</summary>
    /// <param name="parameters">Moved in place; as many as the optimizer was made for.</param>
    /// <param name="loss">At the parameters.</param>
    /// <param name="gradient">At the parameters, of the same length, clipped as it may be.</param>
    /// <param name="objective">Gives loss and gradient elsewhere, for steps that look around.</param>
    /// <param name="stepSize">The learning rate η of this step.</param>
    /// <param name="stop">Stops a step of many evaluations between two of them.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop; parameters and optimizer are as before the step.</exception>
    void Step(Span<T> parameters, double loss, ReadOnlySpan<T> gradient, Objective<T> objective, double stepSize, CancellationToken stop);
}
