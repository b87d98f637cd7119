using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>Σ = I.</summary>
[Part("identity", "Σ = I")]
public sealed record IdentityCovariance : CovarianceLaw
{
    /// <inheritdoc/>
    public override Covariance? Draw(IStream stream, int dimension) => null;
}
