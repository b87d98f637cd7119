namespace LinearTransformers.Baselines;

/// <summary>
/// What the published code does with its baselines: the grids it tunes step sizes on, and on which prompts. The step
/// sizes are for gradients summed, not averaged, over the examples.
/// </summary>
/// <remarks>
/// <para>All baselines leave out the last example (M = N − 1 of N are used, see
/// <see cref="Prompts.GramStatistics{T}.ComputeFirst"/>), and precondition by whitening covariates and query with
/// D⁻¹ Uᵀ. A step size is tuned for each number of steps or examples on the first 5,000 prompts of a batch drawn with
/// seed 999, U and D those of the run with seed 1 (with preconditioning U and D make no difference but for rounding;
/// the notebook on N then has those of seed 4). It is scored for each seed s on a batch drawn with seed s, U and D
/// those of run s: on all 20,000 prompts for gradient descent against L, on the first 5,000 prompts otherwise.
/// Transformers are scored on a batch drawn with seed 99.</para>
/// <para>Losses against L are averaged over seeds as logarithms, losses against N as they are; standard deviations have
/// n − 1 in the denominator.</para>
/// </remarks>
public static class PublishedBaselines
{
    /// <summary>The seed of the batch that step sizes are tuned on.</summary>
    public const int TuningSeed = 999;

    /// <summary>The run whose U and D that batch has.</summary>
    public const int TuningRotationSeed = 1;

    /// <summary>Prompts tuned on, the first of the batch; and scored on, but for gradient descent against L.</summary>
    public const int Prompts = 5000;

    /// <summary>The grid of gradient descent against L, and of preconditioned gradient descent against N.</summary>
    public static ReadOnlySpan<double> ShortGrid => [0.008, 0.01, 0.02, 0.04, 0.08, 0.16];

    /// <summary>The grid of preconditioned gradient descent against L, and of gradient descent against N.</summary>
    public static ReadOnlySpan<double> LongGrid => [0.001, 0.002, 0.004, 0.008, 0.01, 0.02, 0.04, 0.08, 0.16];

    /// <summary>A published grid for gradients that are means over examples: every step size times their number.</summary>
    /// <param name="grid">Step sizes for sums.</param>
    /// <param name="examples">M, the examples used: N, or N − 1 as published.</param>
    public static double[] ForMeans(ReadOnlySpan<double> grid, int examples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        double[] scaled = [.. grid];
        foreach (ref double stepSize in scaled.AsSpan())
        {
            stepSize *= examples;
        }

        return scaled;
    }
}
