using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>
/// Σ = U D² Uᵀ, U drawn from the run's stream, D = diag(1, 1, ½, ¼, 1) repeated as needed: <see cref="Covariance.Rotated"/>.
/// </summary>
[Part("rotated", "Σ = U D² Uᵀ, U drawn from the stream, D = diag(1, 1, ½, ¼, 1) repeated as needed")]
public sealed record RotatedCovariance : CovarianceLaw
{
    /// <inheritdoc/>
    public override bool CanBeIdentity => false;

    /// <inheritdoc/>
    public override Covariance? Draw(IStream stream, int dimension) => Covariance.Rotated(stream, dimension);
}
