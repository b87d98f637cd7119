using LinearTransformers.Numerics;

namespace LinearTransformers.Theory;

/// <summary>
/// The least loss of any in-context learner for x ~ N(0,Λ), w ~ N(0,Ψ) and normal noise on the labels of the examples,
/// any two matrices Λ and Ψ: the mean posterior variance of the query's label, averaged over a sample of prompts.
/// </summary>
/// <remarks>
/// <para>
/// Given the examples w is normal, and the posterior mean is ridge regression with penalty wᵀΨ⁻¹w. Its loss is the posterior
/// variance, whatever the labels were:
/// </para>
/// <code>
/// E tr Λ ( Ψ⁻¹ + XᵀX/σ² )⁻¹ = E tr T ( I + YᵀY/σ² )⁻¹ = Σ_i τ_i − E Σ_i τ_i y_iᵀ ( YYᵀ + σ² I )⁻¹ y_i ,
/// </code>
/// <para>
/// with Ψ = R Rᵀ, T = RᵀΛR, and Y = X R of rows N(0,T), which a rotation makes N(0, diag τ): only the eigenvalues τ of ΛΨ
/// matter. y_i is column i of Y, of which Bartlett's decomposition draws what is needed. For τ = 1 it is
/// <see cref="RidgeFloor.Bayes"/>, which needs no sample.
/// </para>
/// </remarks>
public static class GaussianBayes
{
    private const double Roundings = 1e-13;

    /// <summary>The mean over a sample of prompts.</summary>
    /// <param name="contextLength">N.</param>
    /// <param name="covariance">Λ, d×d.</param>
    /// <param name="taskCovariance">Ψ, d×d.</param>
    /// <param name="noise">The law of σ; each prompt's σ is known.</param>
    /// <param name="prompts">The size of the sample, at least 2.</param>
    /// <param name="seed">The seed of the sample; the same seed gives the same bits.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">N is below 1, or there are fewer than two prompts.</exception>
    /// <exception cref="ArgumentException">A matrix is no covariance, or they differ in size.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static SampledLoss Sampled(
        int contextLength,
        double[,] covariance,
        double[,] taskCovariance,
        NoiseLevels noise,
        int prompts,
        ulong seed,
        CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        ArgumentNullException.ThrowIfNull(noise);
        ArgumentOutOfRangeException.ThrowIfLessThan(prompts, 2);
        (_, double[,] signal) = TaskSignal.Of(covariance, taskCovariance);
        double[] eigenvalues = SymmetricEigenvalues.Of(signal);
        // Descending, or the systems are badly scaled; without zeros, which cost nothing.
        double[] tau = [.. eigenvalues.Where(eigenvalue => eigenvalue > Roundings * eigenvalues[^1]).Reverse()];
        SampleNumbers numbers = new(seed);
        double[,] factor = new double[Math.Min(contextLength, tau.Length), tau.Length];
        return SampledLoss.Over(
            prompts,
            () =>
            {
                double deviation = noise.Draw(numbers);
                numbers.Bartlett(contextLength, factor);
                return Variance(factor, tau, deviation * deviation);
            },
            stop);
    }

    /// <summary>tr T (I + YᵀY/σ²)⁻¹, Y = R diag(√τ).</summary>
    private static double Variance(double[,] factor, double[] tau, double noiseVariance)
    {
        (int rows, int d) = (factor.GetLength(0), tau.Length);
        double[,] y = new double[rows, d];
        for (int i = 0; i < rows; i++)
            for (int j = i; j < d; j++)
                y[i, j] = factor[i, j] * Math.Sqrt(tau[j]);

        // Two forms of the same: the one with as many rows as examples, the other where these would cancel.
        double[,] system = rows < d ? SmallMatrix.Multiply(y, SmallMatrix.Transpose(y)) : SmallMatrix.Multiply(SmallMatrix.Transpose(y), y);
        if (rows == d && noiseVariance == 0)
            return 0;
        for (int i = 0; i < rows; i++)
            system[i, i] += noiseVariance;
        double[,] solved = rows < d ? y : Identity(d);
        Cholesky.SolveLower(Cholesky.Factor(system)!, solved);
        double variance = 0;
        for (int j = 0; j < d; j++)
        {
            double square = 0;
            for (int i = 0; i < rows; i++)
                square += solved[i, j] * solved[i, j];
            variance += tau[j] * (rows < d ? 1 - square : noiseVariance * square);
        }

        return variance;
    }

    private static double[,] Identity(int d)
    {
        double[,] identity = new double[d, d];
        for (int i = 0; i < d; i++)
            identity[i, i] = 1;
        return identity;
    }
}
