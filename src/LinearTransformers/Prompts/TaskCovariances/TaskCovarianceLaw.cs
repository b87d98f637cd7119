using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.TaskCovariances;

/// <summary>The covariance Ψ of task vectors, w = T ω with T Tᵀ = Ψ, apart from that of covariates.</summary>
public abstract record TaskCovarianceLaw : Part
{
    /// <summary>The laws by name.</summary>
    public static Catalog<TaskCovarianceLaw> Catalog { get; } =
        new Catalog<TaskCovarianceLaw>("task covariance") { Absent = text => new AbsentTaskCovariance { Text = text } }
        .Add<InverseTaskCovariance>()
        .Add<IdentityTaskCovariance>()
        .Add<SpectrumTaskCovariance>()
        .Add<FileTaskCovariance>();

    /// <summary>Whether Ψ = Σ⁻¹, also where every prompt has a Σ of its own.</summary>
    public virtual bool IsInverse => false;

    /// <summary>What it must be for tasks of a dimension that it is not; null where it fits.</summary>
    /// <param name="dimension">d.</param>
    public virtual string? WhatIsWrong(int dimension) => null;

    /// <summary>Ψ, whose root makes w of ω; null for the identity, and where it <see cref="IsInverse"/>.</summary>
    public virtual Covariance? Of() => null;
}
