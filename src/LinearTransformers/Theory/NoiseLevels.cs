namespace LinearTransformers.Theory;

/// <summary>The law of σ, the standard deviation of the noise on a prompt's labels: one σ for each prompt, known to Bayes.</summary>
public abstract class NoiseLevels
{
    private protected NoiseLevels()
    {
    }

    /// <summary>σ = 0.</summary>
    public static NoiseLevels None { get; } = Fixed(0);

    /// <summary>s = E σ².</summary>
    public abstract double MeanSquare { get; }

    /// <summary>One σ for all prompts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">σ is negative or not finite.</exception>
    public static NoiseLevels Fixed(double deviation) => new ListedLevels([deviation]);

    /// <summary>σ is one of these, each as likely as another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A σ is negative or not finite.</exception>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static NoiseLevels Values(params ReadOnlySpan<double> deviations) => new ListedLevels(deviations);

    /// <summary>σ is uniform on [0, largest]: s = largest²/3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The largest σ is negative or not finite.</exception>
    public static NoiseLevels Uniform(double largest) => new UniformLevels(largest);

    /// <summary>E σ²/(x + σ²) for x &gt; 0.</summary>
    internal abstract double UnknownShare(double x);

    /// <summary>A prompt's σ.</summary>
    internal abstract double Draw(SampleNumbers numbers);

    private protected static void Check(double deviation, string name)
    {
        if (!(deviation >= 0) || !double.IsFinite(deviation))
            throw new ArgumentOutOfRangeException(name, deviation, $"{name} is {deviation}: it must be at least 0 and finite.");
    }
}
