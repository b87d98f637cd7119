namespace LinearTransformers.Random;

/// <summary>Random numbers, drawn one after another.</summary>
public interface IDraws
{
    /// <summary>Normal numbers as one tensor of this size.</summary>
    void FillNormal(Span<float> destination, float mean = 0, float deviation = 1);

    /// <summary>Uniform numbers between two bounds.</summary>
    void FillUniform(Span<float> destination, float low, float high);

    /// <summary>Gamma numbers, rounded to single precision.</summary>
    void FillGamma(Span<float> destination, double shape, double scale);
}
