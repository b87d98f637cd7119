namespace LinearTransformers.Theory;

/// <summary>Theorem 5 of [1]: one layer of ReLU attention, x ~ N(0,I), w ~ N(0,I).</summary>
/// <remarks>
/// With Q̂ = −a I the residual of the query is wᵀ(x_q + a h), h = (1/N) Σ_i relu(−x_qᵀx_i) x_i. Given x_q, E h = −x_q/2, and
/// E‖h‖² = d/2·(d+2)/N + (N−1)/N·d/4, so
/// <code>
/// loss(a) = d − a d + a² d (2(d+2) + N−1)/(4N) ,   a = 2N/(2(d+2) + N−1) ,   least loss d(2d+3)/(N+2d+3) .
/// </code>
/// The ReLU passes half of the scores, so half of the examples are lost: compare <see cref="Theorem1"/> at N/2.
/// </remarks>
public static class Theorem5
{
    /// <summary>The optimum for N = <paramref name="contextLength"/> examples in <paramref name="dimension"/> dimensions.</summary>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1.</exception>
    public static OneLayerOptimum Optimum(int contextLength, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        double N = contextLength, d = dimension;
        return new OneLayerOptimum(d * (2 * d + 3) / (N + 2 * d + 3), -2 * N / (2 * (d + 2) + (N - 1)));
    }
}
