using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// Ridge regression with one penalty for all prompts, the minimum of (1/N) Σ (wᵀx_i − y_i)² + ρ wᵀΨ⁻¹w: <see
/// cref="LeastSquares{T}.RidgeLoss"/> on covariates Tᵀx, Ψ = T Tᵀ, which Ψ = Σ⁻¹ whitens. With labels that have noise of variance σ² and w
/// ~ N(0, Ψ), the penalty σ²/N makes it the best predictor there is. Where σ differs from prompt to prompt and is not known, the best
/// single penalty is (1/N) E σ² if Ψ = Σ⁻¹.
/// </summary>
[Part("ridge", "ridge regression")]
public sealed record RidgeRegression : Baseline
{
    private const int DecadesBelow = 9;
    private const int DecadesAbove = 6;
    private const double Tolerance = 1e-6;

    /// <summary>The penalty ρ; null for the best on a batch.</summary>
    [Setting(Position = 1, Value = "penalty", AtLeast = 0)]
    public double? Penalty { get; init; }

    /// <inheritdoc/>
    public override bool TakesSteps => false;

    /// <inheritdoc/>
    public override bool HeedsCovariance => true;

    /// <inheritdoc/>
    public override bool NeedsTuning => Penalty is null;

    /// <summary>
    /// With the best penalty: 0, or what is found on a grid from 10⁻⁹ to 10⁶, eight to the decade, and refined by golden sections between
    /// its neighbours.
    /// </summary>
    /// <inheritdoc/>
    public override Baseline Tuned<T>(GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        if (Penalty is not null)
        {
            return this;
        }

        LeastSquares<T> regression = Of(statistics, known, team);
        BestStepSize best = StepSizeSearch.Best(
            1, DecadesBelow, DecadesAbove, penalties => regression.RidgeLosses(penalties, statistics), Tolerance, "ridge regression");
        return this with { Penalty = best.Loss < regression.Loss(statistics) ? best.StepSize : 0 };
    }

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        return [.. Enumerable.Repeat(Of(statistics, known, team).Errors([Chosen(Penalty, "penalty")], statistics)[0], steps)];
    }

    private LeastSquares<T> Of<T>(GramStatistics<T> statistics, PromptKnowledge? known, WorkerTeam? team)
        where T : unmanaged
        => new(statistics.Dimension, known?.TransposedTaskRoot(), team, Width);
}
