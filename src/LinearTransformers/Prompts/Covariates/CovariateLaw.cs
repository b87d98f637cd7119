using LinearTransformers.Prompts.Laws;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariates;

/// <summary>The law of standard covariates ξ; the covariance Σ = U D² Uᵀ makes x = U D ξ of them.</summary>
public abstract record CovariateLaw : VectorLaw
{
    /// <summary>The covariate laws by name.</summary>
    public static Catalog<CovariateLaw> Catalog { get; } =
        new Catalog<CovariateLaw>("covariate law") { Absent = text => new AbsentCovariates { Text = text } }
        .Add<NormalCovariates>()
        .Add<SphereCovariates>()
        .Add<GammaCovariates>()
        .Add<NetworkCovariates>()
        .Add<StudentCovariates>()
        .Add<UniformCovariates>();

    /// <summary>Whether covariates are standard normal: their Gram matrices then have Wishart's distribution.</summary>
    public virtual bool IsStandardNormal => false;

    /// <summary>The longest gradient that is not clipped, where no other is asked for.</summary>
    public virtual double UsualClipThreshold => 1;

    /// <summary>
    /// Whether the loss of a model of up to four layers has a mean that 100,000 prompts can estimate; heavy tails leave none.
    /// </summary>
    public virtual bool HasLightTails => true;

    /// <summary>Whether covariates can have a covariance.</summary>
    public virtual bool TakesCovariance => true;

    /// <summary>
    /// Whether covariates depend on more of the stream, behind all entries and in the order of prompts: then
    /// <see cref="ShapeBatch"/> makes them.
    /// </summary>
    internal virtual bool IsOfWholeBatch => false;

    /// <summary>Makes all covariates of a batch of their entries, prompt after prompt.</summary>
    /// <param name="stream">What it draws from.</param>
    /// <param name="context">[B, N, d].</param>
    /// <param name="queries">[B, d].</param>
    /// <param name="contextLength">N.</param>
    /// <param name="dimension">d.</param>
    internal virtual void ShapeBatch(IStream stream, Span<float> context, Span<float> queries, int contextLength, int dimension)
    {
    }
}
