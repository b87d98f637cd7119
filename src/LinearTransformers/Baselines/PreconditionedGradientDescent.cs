using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Baselines;

/// <summary>
/// Gradient descent preconditioned by Σ⁻¹, with one step size for all steps: <see cref="GradientDescent{T}"/> with M = Σ⁻¹, which is
/// gradient descent on whitened covariates. Without a covariance it is gradient descent.
/// </summary>
[Part("pgd", "gradient descent preconditioned by the inverse of the covariates' covariance")]
public sealed record PreconditionedGradientDescent : Baseline
{
    /// <summary>The step size η; null for the best on a batch.</summary>
    [Setting(Position = 1, Value = "step")]
    public double? StepSize { get; init; }

    /// <inheritdoc/>
    public override bool HeedsCovariance => true;

    /// <inheritdoc/>
    public override bool NeedsTuning => StepSize is null;

    /// <inheritdoc/>
    public override Baseline Tuned<T>(GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
        => StepSize is null ? this with { StepSize = Of(statistics, known?.Covariance, team).Best(steps, statistics).StepSize } : this;

    /// <inheritdoc/>
    public override IReadOnlyList<QueryErrors> Evaluate<T>(
        GramStatistics<T> statistics, int steps, PromptKnowledge? known = null, WorkerTeam? team = null)
    {
        BatchCheck.Fits(this, statistics, steps, known);
        return Of(statistics, known?.Covariance, team).Errors(Chosen(StepSize, "step size"), steps, statistics);
    }

    private GradientDescent<T> Of<T>(GramStatistics<T> statistics, Covariance? preconditioner, WorkerTeam? team)
        where T : unmanaged
        => GradientDescent<T>.For(statistics, preconditioner, team, Width);
}
