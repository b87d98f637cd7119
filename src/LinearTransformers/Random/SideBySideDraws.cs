using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>
/// Numbers of the native stream for eight prompts side by side: what is filled is the first number of each of the eight, then the second of
/// each, and so on. They are as <see cref="LaneDraws"/> has them.
/// </summary>
/// <param name="batch">The batch.</param>
/// <param name="domain">What they are for.</param>
/// <param name="firstPrompt">The first of the eight prompts.</param>
internal sealed class SideBySideDraws(NativeBatch batch, DrawDomain domain, uint firstPrompt) : IDraws
{
    /// <summary>How many prompts.</summary>
    public const int Prompts = 8;

    private LaneDraws _draws = new(batch, domain, firstPrompt);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void FillNormal(Span<float> destination, float mean = 0, float deviation = 1)
    {
        Check(destination.Length);
        fixed (float* numbers = destination)
        {
            _draws.Normals((SingleHalfLanes*)numbers, destination.Length / Prompts);
        }

        foreach (ref float number in destination)
        {
            number = MathF.FusedMultiplyAdd(number, deviation, mean);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FillUniform(Span<float> destination, float low, float high)
    {
        Check(destination.Length);
        for (int i = 0; i < destination.Length; i += Prompts)
        {
            Vector256<float> uniforms = _draws.Uniform();
            Vector256.FusedMultiplyAdd(uniforms, Vector256.Create(high - low), Vector256.Create(low)).CopyTo(destination[i..]);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FillGamma(Span<float> destination, double shape, double scale)
    {
        Check(destination.Length);
        for (int i = 0; i < destination.Length; i += Prompts)
        {
            (Vector256.Create((float)scale) * _draws.Gamma(shape)).CopyTo(destination[i..]);
        }
    }

    private static void Check(int length)
    {
        if (length % Prompts != 0)
        {
            throw new ArgumentException(
                $"{length} numbers are not a whole number for each of {Prompts} prompts: the factors of vectors must be drawn alike");
        }
    }
}
