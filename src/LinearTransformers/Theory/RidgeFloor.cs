namespace LinearTransformers.Theory;

/// <summary>The expected loss of ridge regression.</summary>
/// <param name="Loss">The expected in-context loss.</param>
/// <param name="ErrorEstimate">How far <paramref name="Loss"/> may be from the exact value: two rules of integration compared.</param>
public sealed record RidgeLoss(double Loss, double ErrorEstimate);

/// <summary>
/// Ridge regression on noisy labels, x ~ N(0,Σ), w ~ N(0,Σ⁻¹), on whitened covariates: with the penalty that fits a
/// prompt's noise it is the posterior mean, and its loss the least that any in-context learner can have.
/// </summary>
/// <remarks>
/// <para>
/// With S the Gram matrix of the whitened prompt, λ its eigenvalues, and the penalty ρ of (1/N) Σ (wᵀx_i − y_i)² + ρ ‖w‖²,
/// the estimate is (S + ρ)⁻¹ g. Bias ρ (S + ρ)⁻¹ w and variance (σ²/N) S (S + ρ)⁻² give
/// </para>
/// <code>
/// loss(ρ) = E Σ ( ρ² + (s/N) λ ) / (λ + ρ)² ,    s = E σ² .
/// </code>
/// <para>
/// The derivative of a term by ρ is 2λ (ρ − s/N)/(λ + ρ)³: of all single penalties ρ = s/N is the best, for every prompt, and
/// its loss is E Σ s/(Nλ + s). Bayes knows each prompt's σ and takes ρ = σ²/N there: E Σ σ²/(Nλ + σ²). The expectations are
/// integrals over the density of the eigenvalues (<see cref="WishartDensity"/>).
/// </para>
/// <para>
/// A linear transformer with P̂_k = b_k I and Q̂_k = a_k Σ⁻¹ (GD++, and descent with P̂ = 0) predicts with a polynomial of S that
/// does not know σ. Its loss exceeds that of the best single penalty by E Σ λ r(λ)²/(λ + s/N), r = p − (s/N)(1 − p)/λ, p its
/// residual polynomial (<see cref="PreconditionedGradientDescentFloor"/>). So <see cref="Best"/> is a floor for all of them.
/// </para>
/// </remarks>
public static class RidgeFloor
{
    private const int Nodes = 16;
    private const int FewerNodes = 13;

    /// <summary>Bayes: each prompt's σ is known.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="noise">The law of σ.</param>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1.</exception>
    public static RidgeLoss Bayes(int contextLength, int dimension, NoiseLevels noise)
    {
        ArgumentNullException.ThrowIfNull(noise);
        return Expected(contextLength, dimension, noise.UnknownShare);
    }

    /// <summary>The best single penalty, ρ = s/N.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1, or s is negative or not finite.</exception>
    public static RidgeLoss Best(int contextLength, int dimension, double noiseVariance)
    {
        NoiseVariance.Check(noiseVariance);
        return Expected(contextLength, dimension, x => noiseVariance == 0 ? 0 : noiseVariance / (x + noiseVariance));
    }

    /// <summary>One penalty for all prompts.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="penalty">ρ of (1/N) Σ (wᵀx_i − y_i)² + ρ ‖w‖²; 0 is <see cref="LeastSquaresFloor"/>.</param>
    /// <param name="noiseVariance">s, the mean square of the noise on the labels of the examples.</param>
    /// <exception cref="ArgumentOutOfRangeException">N or d is below 1, or ρ or s is negative or not finite.</exception>
    public static RidgeLoss Loss(int contextLength, int dimension, double penalty, double noiseVariance)
    {
        NoiseVariance.Check(noiseVariance);
        NoiseVariance.Check(penalty);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        if (penalty == 0)
            return new RidgeLoss(LeastSquaresFloor.Loss(contextLength, dimension, noiseVariance), 0);
        double whole = contextLength * penalty;
        return Expected(contextLength, dimension, x => (whole / (x + whole) * whole + noiseVariance * (x / (x + whole))) / (x + whole));
    }

    /// <summary>E Σ f over the non-zero eigenvalues of XᵀX, and 1 for each of the d − N directions without an example.</summary>
    private static RidgeLoss Expected(int contextLength, int dimension, Func<double, double> f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        double sum = new WishartDensity(contextLength, dimension, Nodes).Integrate(f);
        double other = new WishartDensity(contextLength, dimension, FewerNodes).Integrate(f);
        return new RidgeLoss(LeastSquaresFloor.Loss(contextLength, dimension) + sum, Math.Abs(sum - other));
    }
}
