using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// Ridge regression with the noise of each prompt estimated from the prompt, by the residuals of least squares:
/// <code>
/// σ̂² = (1/(N − d)) Σ (y_i − ŵᵀx_i)²    ŵ least squares    w = arg min (1/N) Σ (wᵀx_i − y_i)² + (σ̂²/N) wᵀΨ⁻¹w
/// </code>
/// σ̂² has the mean σ². It is <i>AdaRR</i> of Vladymyrov et al., <i>Linear transformers are versatile in-context learners</i>, 2024 (arXiv
/// 2402.14180), section 6. With N ≤ d least squares leaves no residuals and nothing is known of the noise: σ̂² is 0, and w least squares of
/// least norm.
/// </summary>
/// <remarks>
/// Residuals are what is left of (1/N) Σ y²: with statistics in single precision, σ̂² below about 10⁻⁶ of it is a rounding.
/// </remarks>
[Part("ridge-adaptive", "ridge regression with the noise of each prompt estimated by the residuals of least squares")]
public sealed record AdaptiveRidge : Baseline
{
    /// <inheritdoc/>
    public override bool TakesSteps => false;

    /// <inheritdoc/>
    public override bool HeedsCovariance => true;

    /// <inheritdoc/>
    public override bool NeedsSquares => true;

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        BatchCheck.IsComputed(statistics);
        return statistics.ContextLength <= statistics.Dimension
            ? new LeastSquares { Width = Width }.Evaluate(statistics, steps, known, team)
            : [.. Enumerable.Repeat(
                NoiseEstimateKernels.Of(statistics, known, [(1, double.PositiveInfinity)], team, Width).Errors[0], steps)];
    }
}
