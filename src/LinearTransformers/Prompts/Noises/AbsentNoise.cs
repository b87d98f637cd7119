using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Noises;

/// <summary>Stands for a noise law of another program.</summary>
internal sealed record AbsentNoise : NoiseLaw, IAbsentPart
{
    /// <inheritdoc/>
    public string Text { get; init; } = "";

    /// <inheritdoc/>
    public override double Variance => throw new AbsentPartException(Catalog.Kind, this);

    /// <inheritdoc/>
    public override void FillDeviations(IDraws draws, Span<float> deviations) => throw new AbsentPartException(Catalog.Kind, this);
}
