using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Noises;

/// <summary>
/// The noise of the context's labels: y_i = wᵀx_i + σ ε_i (or whatever the label rule gives, + σ ε_i) with independent standard normal ε_i.
/// σ is one for all prompts, or drawn anew for each of them. The query's label has none.
/// </summary>
public abstract record NoiseLaw : Part
{
    /// <summary>The laws by name.</summary>
    public static Catalog<NoiseLaw> Catalog { get; } =
        new Catalog<NoiseLaw>("noise law") { Absent = text => new AbsentNoise { Text = text } }
        .Add<FixedNoise>()
        .Add<UniformNoise>()
        .Add<ValuesNoise>();

    /// <summary>Whether there is no noise.</summary>
    public virtual bool IsZero => false;

    /// <summary>Whether all prompts have the same σ, of which nothing is drawn.</summary>
    public virtual bool IsFixed => false;

    /// <summary>The mean of σ² over prompts.</summary>
    public abstract double Variance { get; }

    /// <summary>Draws σ.</summary>
    /// <param name="draws">Where numbers come from.</param>
    /// <param name="deviations">Of any number of prompts; each is drawn alike.</param>
    public abstract void FillDeviations(IDraws draws, Span<float> deviations);
}
