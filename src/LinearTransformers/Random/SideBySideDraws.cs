using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>
/// Numbers of the native stream for eight prompts side by side, each from counters of its own: what is filled is the first number of each of the eight, then the
/// second of each, and so on. What a prompt gets does not depend on the others.
/// </summary>
/// <param name="batch">The batch.</param>
/// <param name="domain">What they are for.</param>
/// <param name="firstPrompt">The first of the eight prompts.</param>
internal sealed class SideBySideDraws(NativeBatch batch, DrawDomain domain, uint firstPrompt) : IDraws
{
    private const int Lanes = 8;

    private LaneDraws _draws = new(batch, domain, firstPrompt);

    /// <inheritdoc/>
    public unsafe void FillNormal(Span<float> destination, float mean = 0, float deviation = 1)
    {
        Check(destination.Length);
        fixed (float* numbers = destination)
        {
            _draws.Normals((SingleHalfLanes*)numbers, destination.Length / Lanes);
        }

        foreach (ref float number in destination)
        {
            number = MathF.FusedMultiplyAdd(number, deviation, mean);
        }
    }

    /// <inheritdoc/>
    public void FillUniform(Span<float> destination, float low, float high)
    {
        Check(destination.Length);
        for (int i = 0; i < destination.Length; i += Lanes)
        {
            Vector256<float> uniforms = _draws.Uniform();
            Vector256.FusedMultiplyAdd(uniforms, Vector256.Create(high - low), Vector256.Create(low)).CopyTo(destination[i..]);
        }
    }

    /// <inheritdoc/>
    public void FillGamma(Span<float> destination, double shape, double scale)
    {
        Check(destination.Length);
        for (int i = 0; i < destination.Length; i += Lanes)
        {
            (Vector256.Create((float)scale) * _draws.Gamma(shape)).CopyTo(destination[i..]);
        }
    }

    private static void Check(int length)
    {
        if (length % Lanes != 0)
        {
            throw new ArgumentException($"{length} numbers are not a whole number for each of {Lanes} prompts: the factors of vectors must be drawn alike");
        }
    }
}
