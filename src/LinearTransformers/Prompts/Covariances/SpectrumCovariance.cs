using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>Σ = diag(λ1, …, λd): covariates ξ_i √λ_i.</summary>
[Part("spectrum", "Σ = diag(λ1, …, λd)")]
public sealed record SpectrumCovariance : CovarianceLaw
{
    /// <summary>The eigenvalues of Σ, not of its root.</summary>
    [Setting(Position = 1, Value = "λ1,…,λd", Above = 0)]
    public IReadOnlyList<double> Eigenvalues { get; init; } = new NumberList([1]);

    /// <inheritdoc/>
    public override string? WhatIsWrong(int dimension) => Spectrum.WhatIsWrong(Eigenvalues, dimension);

    /// <inheritdoc/>
    public override bool CanBeIdentity => false;

    /// <inheritdoc/>
    public override Covariance? Draw(IStream stream, int dimension) => Covariance.Diagonal(Eigenvalues);
}
