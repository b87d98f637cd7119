namespace LinearTransformers.Theory;

/// <summary>
/// One linear layer fitted by ridgeless least squares to tasks of a pool, where d, the context length N = αd, the pool of κd
/// tasks and the τd² prompts that it is fitted to grow together: its loss on fresh tasks.
/// </summary>
/// <remarks>
/// <para>
/// x ~ N(0, I/d), tasks uniform on the sphere of radius √d, noise of variance ρ on all labels, the query's too. The layer predicts
/// ⟨Γ, H⟩ with H = x_q [ (d/N) Σ y_i x_iᵀ, (1/N) Σ y_i² ], and Γ, d×(d+1), is the least-squares solution of least norm. With
/// </para>
/// <code>
/// M_k(x) = 2 / ( x + 1 − 1/k + √( (x + 1 − 1/k)² + 4x/k ) ) ,
/// x = (1+ρ)/α ,    m = M_κ(x) ,    μ = x M_(κ/τ)(x) ,    q = 1 / ( 1 − κ (m/(κ+m))² ) ,
/// </code>
/// <para>the squared error on fresh tasks, with noise on the query's label, tends to</para>
/// <code>
/// τ &lt; 1:  τ(1+x)/(1−τ) · [ 1 − τ(1−μ)² − μ(x−ρ)/x ] − 2τ(1−μ) + ρ + 1
/// τ &gt; 1:  ( q − 1/(τ−1) ) (1+x)(x m)² + (3−2τ)/(τ−1) · m x² + ( (1+ρ)m/(τ−1) + 1 ) x + ρ m/(τ−1) + ρ
/// </code>
/// <para>
/// and is infinite at τ = 1, where Γ fits its prompts just so. As τ and κ grow it tends to 1 + ρ − 1/(1 + (1+ρ)/α), the optimum of
/// <see cref="GeneralOneLayer"/> and ρ. Source: Lu, Letey, Zavatone-Veth, Maiti, Pehlevan, <i>Asymptotic theory of in-context
/// learning by linear attention</i>, 2024 (arXiv 2405.11751).
/// </para>
/// </remarks>
public static class TaskPoolAsymptotics
{
    /// <summary>The published error, with noise on the query's label.</summary>
    /// <param name="contexts">α = N/d.</param>
    /// <param name="pool">κ, the tasks of the pool divided by d.</param>
    /// <param name="prompts">τ, the prompts divided by d²; not 1.</param>
    /// <param name="noiseVariance">ρ.</param>
    /// <exception cref="ArgumentOutOfRangeException">α, κ or τ is not positive and finite, τ is 1, or ρ is negative or not
    /// finite.</exception>
    public static double Error(double contexts, double pool, double prompts, double noiseVariance)
    {
        CheckPositive(contexts, nameof(contexts));
        CheckPositive(pool, nameof(pool));
        CheckPositive(prompts, nameof(prompts));
        NoiseVariance.Check(noiseVariance);
        ArgumentOutOfRangeException.ThrowIfEqual(prompts, 1);

        (double kappa, double tau, double rho) = (pool, prompts, noiseVariance);
        double x = (1 + rho) / contexts;
        if (tau < 1)
        {
            double mu = x * M(kappa / tau, x);
            return tau * (1 + x) / (1 - tau) * (1 - tau * (1 - mu) * (1 - mu) - mu * (x - rho) / x) - 2 * tau * (1 - mu) + rho + 1;
        }

        double m = M(kappa, x);
        double q = 1 / (1 - kappa * (m / (kappa + m)) * (m / (kappa + m)));
        return (q - 1 / (tau - 1)) * (1 + x) * (x * m) * (x * m) + (3 - 2 * tau) / (tau - 1) * m * x * x
            + ((1 + rho) * m / (tau - 1) + 1) * x + rho * m / (tau - 1) + rho;
    }

    /// <summary>The loss, without noise on the query's label: the error less ρ.</summary>
    /// <param name="contexts">α = N/d.</param>
    /// <param name="pool">κ, the tasks of the pool divided by d.</param>
    /// <param name="prompts">τ, the prompts divided by d²; not 1.</param>
    /// <param name="noiseVariance">ρ.</param>
    /// <exception cref="ArgumentOutOfRangeException">α, κ or τ is not positive and finite, τ is 1, or ρ is negative or not
    /// finite.</exception>
    public static double Loss(double contexts, double pool, double prompts, double noiseVariance)
        => Error(contexts, pool, prompts, noiseVariance) - noiseVariance;

    private static double M(double k, double x)
    {
        double b = x + 1 - 1 / k;
        return 2 / (b + Math.Sqrt(b * b + 4 * x / k));
    }

    private static void CheckPositive(double value, string name)
    {
        if (!(value > 0) || !double.IsFinite(value))
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}: it must be positive and finite.");
    }
}
