using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariates;

/// <summary>Covariates with independent entries uniform on (−√3, √3), whose variance is 1.</summary>
[Part("uniform", "entries uniform on ±√3, of variance 1")]
public sealed record UniformCovariates : CovariateLaw
{
    private const float Bound = 1.7320508f;

    /// <inheritdoc/>
    public override bool HasNormalEntries => false;

    /// <inheritdoc/>
    public override void FillEntries(IDraws draws, Span<float> entries)
    {
        ArgumentNullException.ThrowIfNull(draws);
        draws.FillUniform(entries, -Bound, Bound);
    }
}
