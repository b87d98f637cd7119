using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>Which covariance the covariates of a run have.</summary>
public abstract record CovarianceLaw : Part
{
    /// <summary>The covariances by name.</summary>
    public static Catalog<CovarianceLaw> Catalog { get; } =
        new Catalog<CovarianceLaw>("covariance") { Absent = text => new AbsentCovariance { Text = text } }
        .Add<IdentityCovariance>()
        .Add<RotatedCovariance>()
        .Add<SpectrumCovariance>()
        .Add<AutoregressiveCovariance>()
        .Add<FileCovariance>()
        .Add<RandomCovariance>();

    /// <summary>Whether every prompt has a covariance of its own, which <see cref="FillScales"/> draws: then a run has none.</summary>
    public virtual bool IsOfPrompt => false;

    /// <summary>What it must be for covariates of a dimension that it is not; null where it fits.</summary>
    /// <param name="dimension">d.</param>
    public virtual string? WhatIsWrong(int dimension) => null;

    /// <summary>Draws the square roots of the eigenvalues of prompts' own covariances, which are diagonal.</summary>
    /// <param name="draws">Where numbers come from.</param>
    /// <param name="scales">Those of any number of prompts, d for each; each is drawn alike.</param>
    public virtual void FillScales(IDraws draws, Span<float> scales)
        => throw new NotSupportedException($"{GetType().Name} has no covariance for each prompt");

    /// <summary>Whether <see cref="Draw"/> can give null, so that a history without a covariance can be right.</summary>
    public virtual bool CanBeIdentity => true;

    /// <summary>The covariance of a run; null for the identity.</summary>
    /// <param name="stream">What it is drawn from, if it is drawn: after the parameters and before the first batch.</param>
    /// <param name="dimension">d.</param>
    public abstract Covariance? Draw(IStream stream, int dimension);
}
