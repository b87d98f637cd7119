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
        .Add<RotatedCovariance>();

    /// <summary>The covariance of a run; null for the identity.</summary>
    /// <param name="stream">What it is drawn from, if it is drawn: after the parameters and before the first batch.</param>
    /// <param name="dimension">d.</param>
    public abstract Covariance? Draw(IStream stream, int dimension);
}
