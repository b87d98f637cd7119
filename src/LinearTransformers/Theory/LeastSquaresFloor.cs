namespace LinearTransformers.Theory;

/// <summary>
/// Least squares on noise-free labels, x ~ N(0,Σ), w ~ N(0,Σ⁻¹): the loss that no in-context learner can beat.
/// </summary>
/// <remarks>
/// N ≥ d independent examples give w away. With N &lt; d the whitened w is known on the N-dimensional span of the whitened
/// examples and standard normal given the prompt on the d−N directions left, each of which costs 1 in the
/// expected square of the query's residual. The predictor that reaches it is least squares of least norm in whitened
/// coordinates, the posterior mean.
/// </remarks>
public static class LeastSquaresFloor
{
    /// <summary>max(0, d−N).</summary>
    /// <exception cref="ArgumentOutOfRangeException">N is negative or d is below 1.</exception>
    public static double Loss(int contextLength, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(contextLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        return Math.Max(0, dimension - contextLength);
    }
}
