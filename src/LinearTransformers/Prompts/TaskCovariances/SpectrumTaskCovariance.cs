using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.TaskCovariances;

/// <summary>Ψ = diag(ψ1, …, ψd): task vectors ω_i √ψ_i.</summary>
[Part("spectrum", "Ψ = diag(ψ1, …, ψd)")]
public sealed record SpectrumTaskCovariance : TaskCovarianceLaw
{
    /// <summary>The eigenvalues of Ψ, not of its root.</summary>
    [Setting(Position = 1, Value = "ψ1,…,ψd", Above = 0)]
    public IReadOnlyList<double> Eigenvalues { get; init; } = new NumberList([1]);

    /// <inheritdoc/>
    public override string? WhatIsWrong(int dimension) => Spectrum.WhatIsWrong(Eigenvalues, dimension);

    /// <inheritdoc/>
    public override Covariance? Of() => Covariance.Diagonal(Eigenvalues);
}
