using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Noises;

/// <summary>σ uniform on [0, s], drawn for each prompt.</summary>
[Part("uniform", "a standard deviation for each prompt, uniform from 0 to s")]
public sealed record UniformNoise : NoiseLaw
{
    /// <summary>The largest standard deviation s.</summary>
    [Setting(Position = 1, Value = "s", Above = 0)]
    public double Largest { get; init; } = 1;

    /// <inheritdoc/>
    public override double Variance => Largest * Largest / 3;

    /// <inheritdoc/>
    public override void FillDeviations(IDraws draws, Span<float> deviations)
    {
        ArgumentNullException.ThrowIfNull(draws);
        draws.FillUniform(deviations, 0, (float)Largest);
    }
}
