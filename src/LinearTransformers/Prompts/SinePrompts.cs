using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts;

/// <summary>
/// One-dimensional sine tasks y = a·sin(p + x): amplitude a uniform on [0.1, 5], phase p on [0, π], covariates x on
/// [−5, 5], as the published <c>generate_data_sine</c>. There is no query.
/// </summary>
/// <param name="Covariates">x, [B, N].</param>
/// <param name="Labels">y, [B, N].</param>
public sealed record SinePrompts(float[] Covariates, float[] Labels)
{
    /// <summary>Draws amplitudes, phases and covariates, in this order.</summary>
    public static SinePrompts Draw(IStream stream, int batchSize, int contextLength)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(contextLength, 1);
        float[] amplitudes = new float[batchSize];
        float[] phases = new float[batchSize];
        float[] x = new float[checked(batchSize * contextLength)];
        stream.FillUniform(amplitudes, 0.1f, 5);
        stream.FillUniform(phases, 0, (float)Math.PI);
        stream.FillUniform(x, -5, 5);
        float[] y = new float[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int b = i / contextLength;
            float angle = phases[b] + x[i];
            y[i] = amplitudes[b] * (float)Elementary.SinCos(angle).Sin;
        }

        return new SinePrompts(x, y);
    }
}
