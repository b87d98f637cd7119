using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>How the eigenvalues of prompts' own covariances are distributed.</summary>
public enum EigenvalueLaw
{
    /// <summary>Independently, exponential of mean 1.</summary>
    Exponential,
}

/// <summary>
/// A covariance for each prompt, diagonal, its eigenvalues drawn independently (Zhang, Frei and Bartlett, <i>Trained transformers learn
/// linear models in-context</i>, section 4.3).
/// </summary>
[Part("random", "one for each prompt, diagonal, with random eigenvalues")]
public sealed record RandomCovariance : CovarianceLaw
{
    /// <summary>How eigenvalues are distributed.</summary>
    [Setting(Position = 1, Value = "exponential")]
    public EigenvalueLaw Eigenvalues { get; init; }

    /// <inheritdoc/>
    public override bool IsOfPrompt => true;

    /// <inheritdoc/>
    public override Covariance? Draw(IStream stream, int dimension) => null;

    /// <inheritdoc/>
    public override void FillScales(IDraws draws, Span<float> scales)
    {
        ArgumentNullException.ThrowIfNull(draws);
        draws.FillGamma(scales, shape: 1, scale: 1);
        foreach (ref float scale in scales)
        {
            scale = MathF.Sqrt(scale);
        }
    }
}
