using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariates;

/// <summary>Standard normal covariates, ξ ~ N(0, I).</summary>
[Part("normal", "standard normal")]
public sealed record NormalCovariates : CovariateLaw
{
    /// <inheritdoc/>
    public override bool IsStandardNormal => true;
}
