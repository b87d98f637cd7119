namespace LinearTransformers.Random;

/// <summary>The numbers of a prompt of the native stream one after another, from counters of its own.</summary>
/// <param name="batch">The batch.</param>
/// <param name="domain">What they are for.</param>
/// <param name="prompt">Which of the batch's prompts.</param>
internal sealed class PromptDraws(NativeBatch batch, DrawDomain domain, uint prompt) : IDraws
{
    private ScalarDraws _draws = new(batch, domain, prompt);

    /// <inheritdoc/>
    public void FillNormal(Span<float> destination, float mean = 0, float deviation = 1)
    {
        foreach (ref float number in destination)
        {
            number = (float)(mean + (deviation * _draws.Normal()));
        }
    }

    /// <inheritdoc/>
    public void FillUniform(Span<float> destination, float low, float high)
    {
        foreach (ref float number in destination)
        {
            number = MathF.FusedMultiplyAdd(_draws.Uniform(), high - low, low);
        }
    }

    /// <inheritdoc/>
    public void FillGamma(Span<float> destination, double shape, double scale)
    {
        foreach (ref float number in destination)
        {
            number = (float)(scale * _draws.Gamma(shape));
        }
    }
}
