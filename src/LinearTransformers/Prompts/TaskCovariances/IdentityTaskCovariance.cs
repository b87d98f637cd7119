using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.TaskCovariances;

/// <summary>Ψ = I, whatever Σ is.</summary>
[Part("identity", "Ψ = I")]
public sealed record IdentityTaskCovariance : TaskCovarianceLaw;
