using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.TaskCovariances;

/// <summary>Ψ = Σ⁻¹, as published: w = U D⁻¹ ω, so that wᵀx has the same variance in every direction.</summary>
[Part("inverse", "Ψ = Σ⁻¹, as published")]
public sealed record InverseTaskCovariance : TaskCovarianceLaw
{
    /// <inheritdoc/>
    public override bool IsInverse => true;
}
