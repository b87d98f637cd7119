using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>Normals from uniforms, in the two ways of PyTorch's CPU generator.</summary>
internal static unsafe class BoxMuller
{
    private const float TwoPi = (float)(2 * Math.PI);
    private const float Ulp24 = 1f / (1 << 24);

    /// <summary>
    /// Single precision, in blocks of 16 draws: with u = (draw mod 2²⁴)/2²⁴, the first eight of a block are radii
    /// √(−2 ln(1 − u)), the last eight angles 2π·u; r cos θ goes to the first eight places, r sin θ to the last.
    /// Two blocks share a pass, as their halves fill a bundle.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void TransformBlocks(uint* draws, float* normals, int blocks, float mean, float deviation)
    {
        for (; blocks >= 2; blocks -= 2, draws += 32, normals += 32)
        {
            Vector512<uint> a = Vector512.Load(draws);
            Vector512<uint> b = Vector512.Load(draws + 16);
            Transform(
                Vector512.Create(a.GetLower(), b.GetLower()),
                Vector512.Create(a.GetUpper(), b.GetUpper()),
                mean,
                deviation,
                out Vector512<float> first,
                out Vector512<float> last);
            Vector512.Store(Vector512.Create(first.GetLower(), last.GetLower()), normals);
            Vector512.Store(Vector512.Create(first.GetUpper(), last.GetUpper()), normals + 16);
        }

        if (blocks == 1)
        {
            Vector512<uint> a = Vector512.Load(draws);
            Transform(
                Vector512.Create(a.GetLower(), a.GetLower()),
                Vector512.Create(a.GetUpper(), a.GetUpper()),
                mean,
                deviation,
                out Vector512<float> first,
                out Vector512<float> last);
            Vector512.Store(Vector512.Create(first.GetLower(), last.GetLower()), normals);
        }
    }

    /// <summary>
    /// Double precision, one pair of normals from four draws: u₁ and u₂ of 53 bits (high word first),
    /// √(−2 ln(1 − u₂))·(cos, sin)(2π u₁).
    /// </summary>
    public static (double First, double Second) Pair(uint draw0, uint draw1, uint draw2, uint draw3)
    {
        double angle = 2 * Math.PI * Uniform53(draw0, draw1);
        double radius = Math.Sqrt(-2 * Elementary.Log(1 - Uniform53(draw2, draw3)));
        (double sin, double cos) = Elementary.SinCos(angle);
        return (radius * cos, radius * sin);
    }

    /// <summary>Eight such pairs at once, bit for bit the same: 32 draws to 16 normals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void EightPairs(uint* draws, double* normals)
    {
        double* u1 = stackalloc double[8];
        double* u2 = stackalloc double[8];
        for (int i = 0; i < 8; i++)
        {
            u1[i] = Uniform53(draws[4 * i], draws[4 * i + 1]);
            u2[i] = 1 - Uniform53(draws[4 * i + 2], draws[4 * i + 3]);
        }

        DoubleLanes radius = DoubleLanes.Sqrt(DoubleLanes.Broadcast(-2) * Elementary.Log(new DoubleLanes(Vector512.Load(u2))));
        Elementary.SinCos(DoubleLanes.Broadcast(2 * Math.PI) * new DoubleLanes(Vector512.Load(u1)), out DoubleLanes sin, out DoubleLanes cos);
        Vector512.Store((radius * cos).Value, u1);
        Vector512.Store((radius * sin).Value, u2);
        for (int i = 0; i < 8; i++)
        {
            normals[2 * i] = u1[i];
            normals[2 * i + 1] = u2[i];
        }
    }

    private static double Uniform53(uint high, uint low)
        => ((((ulong)high << 32) | low) & ((1UL << 53) - 1)) * (1.0 / (1UL << 53));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform(
        Vector512<uint> radii, Vector512<uint> angles, float mean, float deviation, out Vector512<float> first, out Vector512<float> last)
    {
        Vector512<int> mask = Vector512.Create(0xFFFFFF);
        Vector512<int> complement = Vector512.Create(1 << 24) - (radii.AsInt32() & mask);
        Vector512<float> u1 = Vector512.ConvertToSingle(complement) * Vector512.Create(Ulp24);
        Vector512<float> u2 = Vector512.ConvertToSingle(angles.AsInt32() & mask) * Vector512.Create(Ulp24);
        Vector512<float> radius = Vector512.Sqrt(Vector512.Create(-2f) * ElementarySingle.Log(u1));
        ElementarySingle.SinCos(Vector512.Create(TwoPi) * u2, out Vector512<float> sin, out Vector512<float> cos);
        Vector512<float> m = Vector512.Create(mean);
        Vector512<float> s = Vector512.Create(deviation);
        first = Vector512.FusedMultiplyAdd(radius * cos, s, m);
        last = Vector512.FusedMultiplyAdd(radius * sin, s, m);
    }
}
