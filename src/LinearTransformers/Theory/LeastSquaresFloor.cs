namespace LinearTransformers.Theory;

/// <summary>
/// Least squares of least norm on whitened covariates, x ~ N(0,Σ), w ~ N(0,Σ⁻¹): without noise the loss that no in-context
/// learner can beat.
/// </summary>
/// <remarks>
/// <para>
/// N ≥ d independent examples give w away. With N &lt; d the whitened w is known on the N-dimensional span of the whitened
/// examples and standard normal given the prompt on the d−N directions left, each of which costs 1 in the
/// expected square of the query's residual. The predictor that reaches it is least squares of least norm in whitened
/// coordinates, the posterior mean.
/// </para>
/// <para>
/// Noise of mean square s on the labels of the examples adds s E tr (XᵀX)⁺, X the N×d whitened covariates: the mean of an inverted
/// Wishart matrix gives s d/(N−d−1) for N &gt; d+1, and with N and d exchanged s N/(d−N−1) for N &lt; d−1. In between the
/// mean is infinite. <see cref="RidgeFloor"/> is then the floor.
/// </para>
/// </remarks>
public static class LeastSquaresFloor
{
    /// <summary>max(0, d−N), and with noise what it adds, which may be infinite.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is negative, d is below 1, or s is negative or not finite.</exception>
    public static double Loss(int contextLength, int dimension, double noiseVariance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(contextLength);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        NoiseVariance.Check(noiseVariance);
        double unknown = Math.Max(0, dimension - contextLength);
        if (noiseVariance == 0 || contextLength == 0)
            return unknown;
        int excess = Math.Abs(contextLength - dimension) - 1;
        return excess > 0 ? unknown + noiseVariance * Math.Min(contextLength, dimension) / excess : double.PositiveInfinity;
    }
}
