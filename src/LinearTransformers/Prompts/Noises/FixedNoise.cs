using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Noises;

/// <summary>The same σ for all prompts; 0 for no noise.</summary>
[Part("fixed", "the same standard deviation for all prompts", IsBare = true)]
public sealed record FixedNoise : NoiseLaw
{
    /// <summary>The standard deviation σ.</summary>
    [Setting(Position = 1, Value = "σ", AtLeast = 0)]
    public double Deviation { get; init; }

    /// <inheritdoc/>
    public override bool IsZero => Deviation == 0;

    /// <inheritdoc/>
    public override bool IsFixed => true;

    /// <inheritdoc/>
    public override double Variance => Deviation * Deviation;

    /// <inheritdoc/>
    public override void FillDeviations(IDraws draws, Span<float> deviations) => deviations.Fill((float)Deviation);
}
