namespace LinearTransformers.Theory;

/// <summary>
/// One linear layer for covariates of any rotation-invariant distribution, x = r·u with u uniform on the unit sphere
/// and independent of the radius r, and w ~ N(0,I): only E r² and E r⁴ matter.
/// </summary>
/// <remarks>
/// The Gram matrix has E tr G = E r² and E tr G² = E r⁴/N + (N−1)(E r²)²/(N d), and the query E x_q x_qᵀ = (E r²/d) I, so for
/// Q̂ = −a I (best by invariance and convexity)
/// <code>
/// loss(a) = (E r²/d) (d − 2 a m1 + a² m2) ,   m1 = E tr G ,  m2 = E tr G² ,   a = m1/m2 ,   least loss E r² (1 − m1²/(d m2)) .
/// </code>
/// </remarks>
public static class RotationInvariantOneLayer
{
    /// <summary>The optimum from the moments of the radius.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="meanSquareRadius">E r².</param>
    /// <param name="meanFourthPowerRadius">E r⁴, at least (E r²)².</param>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1, E r² is not positive, or E r⁴ is below (E r²)².</exception>
    public static OneLayerOptimum Optimum(int contextLength, int dimension, double meanSquareRadius, double meanFourthPowerRadius)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(meanSquareRadius);
        ArgumentOutOfRangeException.ThrowIfLessThan(meanFourthPowerRadius, meanSquareRadius * meanSquareRadius);
        double N = contextLength, d = dimension;
        double m1 = meanSquareRadius;
        double m2 = meanFourthPowerRadius / N + (N - 1) * m1 * m1 / (N * d);
        return new OneLayerOptimum(m1 * (1 - m1 * m1 / (d * m2)), -m1 / m2);
    }

    /// <summary>x ~ N(0,I): E r² = d, E r⁴ = d(d+2).</summary>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1.</exception>
    public static OneLayerOptimum Gaussian(int contextLength, int dimension)
        => Optimum(contextLength, dimension, dimension, dimension * (dimension + 2.0));

    /// <summary>x uniform on the unit sphere.</summary>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1.</exception>
    public static OneLayerOptimum Sphere(int contextLength, int dimension)
        => Optimum(contextLength, dimension, 1, 1);

    /// <summary>
    /// The gamma covariates of [2]: r² ~ Gamma(k, scale s = √(10/k)), so E r² = k s and E r⁴ = k(k+1) s².
    /// </summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="shape">k, positive.</param>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1, or the shape is not positive.</exception>
    public static OneLayerOptimum Gamma(int contextLength, int dimension, double shape)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shape);
        double scale = Math.Sqrt(10 / shape);
        return Optimum(contextLength, dimension, shape * scale, shape * (shape + 1) * scale * scale);
    }
}
