using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// <see cref="AdaptiveRidge"/> with a factor a on the estimated noise and a maximum m of it, both tuned:
/// <code>
/// w = arg min (1/N) Σ (wᵀx_i − y_i)² + (1/N) min(a σ̂², m) wᵀΨ⁻¹w
/// </code>
/// It is <i>TunedRR</i> of Vladymyrov et al., <i>Linear transformers are versatile in-context learners</i>, 2024 (arXiv 2402.14180),
/// section 6: "a max. threshold value for the estimated variance" and "a multiplicative adjustment to the noise estimator". Whether the
/// one acts before the other, which the paper does not say, only gives m another unit. With N ≤ d, where nothing is known of the noise,
/// all prompts have the maximum: ridge regression with the penalty m/N.
/// </summary>
[Part("ridge-tuned", "ridge regression with the noise of each prompt estimated, times a factor and up to a maximum")]
public sealed record TunedRidge : Baseline
{
    /// <summary>The factor a; null for the best on a batch.</summary>
    [Setting(Position = 1, Value = "factor", AtLeast = 0)]
    public double? Factor { get; init; }

    /// <summary>The maximum m; null for the best on a batch.</summary>
    [Setting(Position = 2, Value = "maximum", AtLeast = 0)]
    public double? Maximum { get; init; }

    /// <inheritdoc/>
    public override bool TakesSteps => false;

    /// <inheritdoc/>
    public override bool HeedsCovariance => true;

    /// <inheritdoc/>
    public override bool NeedsTuning => Factor is null || Maximum is null;

    /// <inheritdoc/>
    public override bool NeedsSquares => true;

    /// <summary>
    /// With the best factor and the best maximum, <see cref="FactorSearch"/>. With N ≤ d the factor makes no difference and is 1, and the
    /// maximum is N times the best penalty of <see cref="RidgeRegression"/>.
    /// </summary>
    /// <inheritdoc/>
    public override Baseline Tuned<T>(GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        BatchCheck.IsComputed(statistics);
        if (!NeedsTuning)
        {
            return this;
        }

        if (statistics.ContextLength <= statistics.Dimension)
        {
            RidgeRegression ridge = (RidgeRegression)new RidgeRegression { Width = Width }.Tuned(statistics, steps, known, team);
            return this with { Factor = Factor ?? 1, Maximum = Maximum ?? (ridge.Penalty * statistics.ContextLength) };
        }

        double scale = NoiseEstimateKernels.Of(statistics, known, [], team, Width).Estimate;
        (double factor, double maximum) = FactorSearch.Best(scale, Factor, Maximum, Losses);
        return this with { Factor = factor, Maximum = maximum };

        double[] Losses((double Factor, double Maximum)[] pairs)
            => [.. NoiseEstimateKernels.Of(statistics, known, pairs, team, Width).Errors.Select(errors => errors.Loss)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        BatchCheck.IsComputed(statistics);
        (double factor, double maximum) = (Chosen(Factor, "factor"), Chosen(Maximum, "maximum"));
        return statistics.ContextLength <= statistics.Dimension
            ? new RidgeRegression { Penalty = maximum / statistics.ContextLength, Width = Width }.Evaluate(statistics, steps, known, team)
            : [.. Enumerable.Repeat(NoiseEstimateKernels.Of(statistics, known, [(factor, maximum)], team, Width).Errors[0], steps)];
    }
}
