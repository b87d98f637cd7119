using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Prompts.Tasks;

namespace LinearTransformers.Baselines;

/// <summary>
/// What a baseline is told of the laws that all prompts of a batch share. What differs from prompt to prompt, such as the σ of its noise,
/// is among the <see cref="GramStatistics{T}"/>. A covariance Σ alone stands for covariates of Σ and task vectors of Σ⁻¹, as published.
/// </summary>
/// <example>
/// <code>
/// QueryErrors errors = new Bayes().Evaluate(statistics, steps: 1, PromptKnowledge.Of(batch.Settings))[0];
/// </code>
/// </example>
public sealed record PromptKnowledge
{
    /// <summary>Nothing: covariates and task vectors count as standard normal.</summary>
    public static PromptKnowledge Nothing { get; } = new();

    /// <summary>Σ, the covariance of covariates; null is the identity.</summary>
    public Covariance? Covariance { get; init; }

    /// <summary>Ψ, the covariance of task vectors.</summary>
    public TaskCovarianceLaw TaskCovariance { get; init; } = new InverseTaskCovariance();

    /// <summary>The law of standard task vectors ω; Ψ makes w of them.</summary>
    public TaskLaw Tasks { get; init; } = new NormalTasks();

    /// <summary>Whether each prompt has a covariance of its own, which is not known.</summary>
    public bool HasOwnCovariances { get; init; }

    /// <summary>Whether Ψ is not known either: the inverse of each prompt's own covariance.</summary>
    internal bool LacksTaskCovariance => HasOwnCovariances && TaskCovariance.IsInverse;

    /// <summary>All that the settings of a batch say.</summary>
    public static PromptKnowledge Of(PromptSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return new PromptKnowledge
        {
            Covariance = settings.Covariance,
            TaskCovariance = settings.TaskCovariance,
            Tasks = settings.Tasks,
            HasOwnCovariances = settings.OwnCovariance is not null,
        };
    }

    /// <summary>Covariates of covariance Σ, or of the identity, and normal task vectors of Σ⁻¹.</summary>
    public static PromptKnowledge FromCovariance(Covariance? covariance) => new() { Covariance = covariance };

    /// <inheritdoc cref="FromCovariance"/>
    public static implicit operator PromptKnowledge(Covariance? covariance) => FromCovariance(covariance);

    /// <summary>
    /// Tᵀ with Ψ = T Tᵀ, [d, d], or null for the identity: T = U D⁻¹ where Ψ = Σ⁻¹ and U D otherwise. Vectors Tᵀ x have tasks ω. With Ψ =
    /// Σ⁻¹ this whitens covariates.
    /// </summary>
    internal double[]? TransposedTaskRoot()
        => TaskCovariance.IsInverse
            ? Covariance is null ? null : CovarianceRoots.Whitening(Covariance)
            : TaskCovariance.Of() is { } ofTasks ? CovarianceRoots.Transposed(ofTasks) : null;
}
