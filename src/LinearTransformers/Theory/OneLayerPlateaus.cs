namespace LinearTransformers.Theory;

/// <summary>
/// The losses at which one linear layer rests when it is trained from small parameters by gradient descent with separate
/// key and query matrices, x ~ N(0,Λ) with eigenvalues λ_1 &gt; λ_2 &gt; …, w ~ N(0,I), noise of mean square s on the labels of
/// the examples.
/// </summary>
/// <remarks>
/// <para>
/// In the eigenbasis of Λ the loss of A = diag(a) is Σ_k [ λ_k (1 − 2 a_k λ_k) + a_k² ( λ_k³ (N+1)/N + λ_k² τ/N ) ],
/// τ = tr Λ + s (<see cref="Theorem1"/>), and its gradient by A is diagonal. With A a product of a key and a query matrix
/// the gradient by both vanishes on the directions on which both are zero. So the points that have the best
/// a_k = 1/(λ_k (N+1)/N + τ/N) in some directions and zeros in all others are stationary. What is small grows fastest in the
/// direction of the largest λ_k, so a small start passes the points that have the m largest:
/// </para>
/// <code>
/// L_m = tr Λ − Σ_(k≤m) λ_k² a_k = tr Λ − Σ_(k≤m) λ_k / ( 1 + (1 + τ/λ_k)/N ) ,    m = 0 … d .
/// </code>
/// <para>
/// L_d is the least loss. Equal eigenvalues leave together, and there may be no rest between them. Source: Zhang, Singh,
/// Latham, Saxe, <i>Training dynamics of in-context learning in linear attention</i>, 2025 (arXiv 2501.16265), s = 0.
/// </para>
/// </remarks>
public static class OneLayerPlateaus
{
    /// <summary>L_0 … L_d, descending.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="eigenvalues">λ, the d positive eigenvalues of Λ, in any order.</param>
    /// <param name="noiseVariance">s.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is below 1, an eigenvalue is not positive, or s is negative or not
    /// finite.</exception>
    /// <exception cref="ArgumentException">There are no eigenvalues.</exception>
    public static double[] Losses(int contextLength, ReadOnlySpan<double> eigenvalues, double noiseVariance = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        NoiseVariance.Check(noiseVariance);
        if (eigenvalues.Length == 0)
            throw new ArgumentException("eigenvalues is empty; the covariance needs at least one.", nameof(eigenvalues));
        double[] lambda = eigenvalues.ToArray();
        Array.Sort(lambda, (a, b) => b.CompareTo(a));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(lambda[^1], nameof(eigenvalues));

        double trace = lambda.Sum(), tau = trace + noiseVariance;
        double[] losses = new double[lambda.Length + 1];
        losses[0] = trace;
        for (int k = 0; k < lambda.Length; k++)
            losses[k + 1] = losses[k] - lambda[k] / (1 + (1 + tau / lambda[k]) / contextLength);
        return losses;
    }
}
