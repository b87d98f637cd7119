using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>Normals from uniforms, in the two ways of PyTorch's CPU generator.</summary>
internal static unsafe class BoxMuller
{
    private const float TwoPi = (float)(2 * Math.PI);
    private const float TwoPiRest = (float)((2 * Math.PI) - TwoPi);
    private const float Ulp24 = 1f / (1 << 24);
    private const float Ulp32 = 1f / (1L << 32);
    private const float Ulp53 = 1f / (1L << 53);

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
    /// Sixteen pairs of normals from 64 draws, 53 bits a uniform: u₁ and u₂ from two draws each, high word first, give
    /// √(−2 ln(1 − u₂))·(cos, sin)(2π u₁). PyTorch computes these in double precision and rounds; here the bits are
    /// split up as integers so that single precision comes within 2 ulp of that (3 for one in 50,000).
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void TransformPairs(uint* draws, float* normals, int sixteens, float mean, float deviation)
    {
        Vector512<float> m = Vector512.Create(mean);
        Vector512<float> s = Vector512.Create(deviation);
        for (; sixteens > 0; sixteens--, draws += 64, normals += 32)
        {
            SplitWords(draws, out Vector512<ulong> angles0, out Vector512<ulong> radii0);
            SplitWords(draws + 32, out Vector512<ulong> angles1, out Vector512<ulong> radii1);
            Vector512<float> radius = Radius(UpperBits(radii0, radii1), LowerBits(radii0, radii1));
            SinCosOfTurns(UpperBits(angles0, angles1), LowerBits(angles0, angles1), out Vector512<float> sin, out Vector512<float> cos);
            Vector512<uint> first = Vector512.FusedMultiplyAdd(radius * cos, s, m).AsUInt32();
            Vector512<uint> second = Vector512.FusedMultiplyAdd(radius * sin, s, m).AsUInt32();
            (Vector512<ulong> first0, Vector512<ulong> first1) = Vector512.Widen(first);
            (Vector512<ulong> second0, Vector512<ulong> second1) = Vector512.Widen(second);
            Vector512.Store((first0 | (second0 << 32)).AsSingle(), normals);
            Vector512.Store((first1 | (second1 << 32)).AsSingle(), normals + 16);
        }
    }

    /// <summary>Of eight pairs, the words of the angles and those of the radii: first draw low, second high.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitWords(uint* draws, out Vector512<ulong> angles, out Vector512<ulong> radii)
    {
        Vector512<ulong> order = Vector512.Create(0UL, 2, 4, 6, 1, 3, 5, 7);
        Vector512<ulong> a = Vector512.Shuffle(Vector512.Load((ulong*)draws), order);
        Vector512<ulong> b = Vector512.Shuffle(Vector512.Load((ulong*)draws + 8), order);
        angles = Vector512.Create(a.GetLower(), b.GetLower());
        radii = Vector512.Create(a.GetUpper(), b.GetUpper());
    }

    /// <summary>The first draws: of a 53-bit number the upper 21 bits, in their low places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> UpperBits(Vector512<ulong> a, Vector512<ulong> b)
        => Vector512.Narrow(a, b) & Vector512.Create(0x1FFFFFu);

    /// <summary>The second draws: of a 53-bit number the lower 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> LowerBits(Vector512<ulong> a, Vector512<ulong> b)
        => Vector512.Narrow(a >> 32, b >> 32);

    /// <summary>√(−2 ln(1 − u)), u = (upper·2³² + lower)/2⁵³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Radius(Vector512<uint> upper, Vector512<uint> lower)
    {
        // 2⁵³ − (upper·2³² + lower), with the borrow where lower is not zero (all bits set counts as −1).
        Vector512<uint> borrow = ~Vector512.Equals(lower, Vector512<uint>.Zero);
        Vector512<uint> upperOfComplement = Vector512.Create(1u << 21) - upper + borrow;
        Vector512<uint> lowerOfComplement = Vector512<uint>.Zero - lower;
        Fraction(upper, lower, out Vector512<float> u, out Vector512<float> restOfU);
        Fraction(upperOfComplement, lowerOfComplement, out Vector512<float> v, out Vector512<float> restOfV);
        return Vector512.Sqrt(Vector512.Create(-2f) * ElementarySingle.LogOfComplement(u, restOfU, v, restOfV));
    }

    /// <summary>(upper·2³² + lower)/2⁵³ as a number and the rest that it rounds off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fraction(Vector512<uint> upper, Vector512<uint> lower, out Vector512<float> value, out Vector512<float> rest)
    {
        Vector512<float> high = Vector512.ConvertToSingle(upper.AsInt32()) * Vector512.Create(1f / (1 << 21));
        Vector512<float> low = Vector512.ConvertToSingle(lower) * Vector512.Create(Ulp53);
        value = high + low;
        rest = (high - value) + low;
    }

    /// <summary>sin and cos of 2π·u, u = (upper·2³² + lower)/2⁵³: the nearest quarter turn comes off as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCosOfTurns(Vector512<uint> upper, Vector512<uint> lower, out Vector512<float> sin, out Vector512<float> cos)
    {
        Vector512<uint> turns = (upper << 11) | (lower >> 21);
        Vector512<uint> quarter = (turns + Vector512.Create(1u << 29)) >> 30;
        Vector512<int> rest = (turns - (quarter << 30)).AsInt32();

        // In two parts, the first of 16 bits, so that only the last operation rounds.
        Vector512<int> coarse = (rest + Vector512.Create(1 << 13)) & Vector512.Create(-1 << 14);
        Vector512<float> high = Vector512.ConvertToSingle(coarse) * Vector512.Create(Ulp32);
        Vector512<float> low = Vector512.FusedMultiplyAdd(
            Vector512.ConvertToSingle((lower & Vector512.Create((1u << 21) - 1)).AsInt32()),
            Vector512.Create(Ulp53),
            Vector512.ConvertToSingle(rest - coarse) * Vector512.Create(Ulp32));
        low = Vector512.FusedMultiplyAdd(low, Vector512.Create(TwoPi), high * Vector512.Create(TwoPiRest));
        Vector512<float> angle = Vector512.FusedMultiplyAdd(high, Vector512.Create(TwoPi), low);
        ElementarySingle.SinCosOfRest(angle, quarter.AsInt32(), out sin, out cos);
    }

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
