using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Noises;

/// <summary>σ one of some values, each as likely as the others, drawn for each prompt.</summary>
[Part("values", "a standard deviation for each prompt, one of these")]
public sealed record ValuesNoise : NoiseLaw
{
    /// <summary>The standard deviations.</summary>
    [Setting(Position = 1, Value = "σ1,σ2,…", AtLeast = 0)]
    public IReadOnlyList<double> Deviations { get; init; } = new NumberList([1]);

    /// <inheritdoc/>
    public override bool IsZero => Deviations.All(deviation => deviation == 0);

    /// <inheritdoc/>
    public override double Variance => Deviations.Average(deviation => deviation * deviation);

    /// <inheritdoc/>
    public override void FillDeviations(IDraws draws, Span<float> deviations)
    {
        ArgumentNullException.ThrowIfNull(draws);
        draws.FillUniform(deviations, 0, 1);
        foreach (ref float deviation in deviations)
        {
            deviation = (float)Deviations[Math.Min((int)(deviation * Deviations.Count), Deviations.Count - 1)];
        }
    }
}
