using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariates;

/// <summary>
/// Covariates of a multivariate Student distribution: ξ = z √((ν − 2)/ν) √(ν/χ²), z ~ N(0, I) and χ² of ν degrees of freedom, one for each
/// covariate. So their covariance is I, their entries are uncorrelated but not independent, and ‖ξ‖² has a moment of order k where
/// k &lt; ν/2. For ν ≤ 2 there is no covariance: the factor √((ν − 2)/ν) is left out then.
/// </summary>
/// <remarks>With ν far below 1, single precision soon has no number for a covariate or its square: a run ends there as diverged.</remarks>
[Part("student-t", "of a multivariate Student distribution; covariance I for ν > 2")]
public sealed record StudentCovariates : CovariateLaw
{
    /// <summary>The degrees of freedom ν &gt; 0; the fewer, the heavier the tails.</summary>
    [Setting(Position = 1, Value = "ν", Above = 0)]
    public double Degrees { get; init; } = 3;

    /// <summary>False for every ν: the square of an L-layer residual, of degree 2·3ᴸ in the covariates, needs as many moments.</summary>
    public override bool HasLightTails => false;

    /// <inheritdoc/>
    public override int FactorCount => 1;

    /// <inheritdoc/>
    public override void DrawFactors(IDraws draws, Span<float> factors)
    {
        ArgumentNullException.ThrowIfNull(draws);
        draws.FillGamma(factors, Degrees / 2, 2);
        float scale = (float)(Degrees > 2 ? Degrees - 2 : Degrees);
        foreach (ref float factor in factors)
        {
            factor = MathF.Sqrt(scale / factor);
        }
    }

    /// <inheritdoc/>
    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors)
    {
        foreach (ref float entry in vector)
        {
            entry *= factors[0];
        }
    }
}
