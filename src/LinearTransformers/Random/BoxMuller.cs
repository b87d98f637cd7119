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
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void TransformBlocks(uint* draws, float* normals, int blocks, float mean, float deviation)
    {
        for (; blocks > 0; blocks--, draws += 16, normals += 16)
        {
            Transform(Vector256.Load(draws), Vector256.Load(draws + 8), mean, deviation, out Vector256<float> first, out Vector256<float> last);
            Vector256.Store(first, normals);
            Vector256.Store(last, normals + 8);
        }
    }

    /// <summary>
    /// Eight pairs of normals from 32 draws, 53 bits a uniform: u₁ and u₂ from two draws each, high word first, give
    /// √(−2 ln(1 − u₂))·(cos, sin)(2π u₁). PyTorch computes these in double precision and rounds; here the bits are
    /// split up as integers so that single precision comes within 2 ulp of that (3 for one in 50,000).
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void TransformPairs(uint* draws, float* normals, int eights, float mean, float deviation)
    {
        Vector256<float> m = Vector256.Create(mean);
        Vector256<float> s = Vector256.Create(deviation);
        for (; eights > 0; eights--, draws += 32, normals += 16)
        {
            SplitWords(draws, out Vector256<ulong> angles0, out Vector256<ulong> radii0);
            SplitWords(draws + 16, out Vector256<ulong> angles1, out Vector256<ulong> radii1);
            Vector256<float> radius = Radius(UpperBits(radii0, radii1), LowerBits(radii0, radii1));
            SinCosOfTurns(UpperBits(angles0, angles1), LowerBits(angles0, angles1), out Vector256<float> sin, out Vector256<float> cos);
            Vector256<uint> first = Vector256.FusedMultiplyAdd(radius * cos, s, m).AsUInt32();
            Vector256<uint> second = Vector256.FusedMultiplyAdd(radius * sin, s, m).AsUInt32();
            (Vector256<ulong> first0, Vector256<ulong> first1) = Vector256.Widen(first);
            (Vector256<ulong> second0, Vector256<ulong> second1) = Vector256.Widen(second);
            Vector256.Store((first0 | (second0 << 32)).AsSingle(), normals);
            Vector256.Store((first1 | (second1 << 32)).AsSingle(), normals + 8);
        }
    }

    /// <summary>Of four pairs, the words of the angles and those of the radii: first draw low, second high.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitWords(uint* draws, out Vector256<ulong> angles, out Vector256<ulong> radii)
    {
        Vector256<ulong> order = Vector256.Create(0UL, 2, 1, 3);
        Vector256<ulong> a = Vector256.Shuffle(Vector256.Load((ulong*)draws), order);
        Vector256<ulong> b = Vector256.Shuffle(Vector256.Load((ulong*)draws + 4), order);
        angles = Vector256.Create(a.GetLower(), b.GetLower());
        radii = Vector256.Create(a.GetUpper(), b.GetUpper());
    }

    /// <summary>The first draws: of a 53-bit number the upper 21 bits, in their low places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> UpperBits(Vector256<ulong> a, Vector256<ulong> b)
        => Vector256.Narrow(a, b) & Vector256.Create(0x1FFFFFu);

    /// <summary>The second draws: of a 53-bit number the lower 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> LowerBits(Vector256<ulong> a, Vector256<ulong> b)
        => Vector256.Narrow(a >> 32, b >> 32);

    /// <summary>√(−2 ln(1 − u)), u = (upper·2³² + lower)/2⁵³.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Radius(Vector256<uint> upper, Vector256<uint> lower)
    {
        // 2⁵³ − (upper·2³² + lower), with the borrow where lower is not zero (all bits set counts as −1).
        Vector256<uint> borrow = ~Vector256.Equals(lower, Vector256<uint>.Zero);
        Vector256<uint> upperOfComplement = Vector256.Create(1u << 21) - upper + borrow;
        Vector256<uint> lowerOfComplement = Vector256<uint>.Zero - lower;
        Fraction(upper, lower, out Vector256<float> u, out Vector256<float> restOfU);
        Fraction(upperOfComplement, lowerOfComplement, out Vector256<float> v, out Vector256<float> restOfV);
        return Vector256.Sqrt(Vector256.Create(-2f) * ElementarySingle.LogOfComplement(u, restOfU, v, restOfV));
    }

    /// <summary>(upper·2³² + lower)/2⁵³ as a number and the rest that it rounds off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fraction(Vector256<uint> upper, Vector256<uint> lower, out Vector256<float> value, out Vector256<float> rest)
    {
        Vector256<float> high = Vector256.ConvertToSingle(upper.AsInt32()) * Vector256.Create(1f / (1 << 21));
        Vector256<float> low = Vector256.ConvertToSingle(lower) * Vector256.Create(Ulp53);
        value = high + low;
        rest = (high - value) + low;
    }

    /// <summary>sin and cos of 2π·u, u = (upper·2³² + lower)/2⁵³: the nearest quarter turn comes off as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCosOfTurns(Vector256<uint> upper, Vector256<uint> lower, out Vector256<float> sin, out Vector256<float> cos)
    {
        Vector256<uint> turns = (upper << 11) | (lower >> 21);
        Vector256<uint> quarter = (turns + Vector256.Create(1u << 29)) >> 30;
        Vector256<int> rest = (turns - (quarter << 30)).AsInt32();

        // In two parts, the first of 16 bits, so that only the last operation rounds.
        Vector256<int> coarse = (rest + Vector256.Create(1 << 13)) & Vector256.Create(-1 << 14);
        Vector256<float> high = Vector256.ConvertToSingle(coarse) * Vector256.Create(Ulp32);
        Vector256<float> low = Vector256.FusedMultiplyAdd(
            Vector256.ConvertToSingle((lower & Vector256.Create((1u << 21) - 1)).AsInt32()),
            Vector256.Create(Ulp53),
            Vector256.ConvertToSingle(rest - coarse) * Vector256.Create(Ulp32));
        low = Vector256.FusedMultiplyAdd(low, Vector256.Create(TwoPi), high * Vector256.Create(TwoPiRest));
        Vector256<float> angle = Vector256.FusedMultiplyAdd(high, Vector256.Create(TwoPi), low);
        ElementarySingle.SinCosOfRest(angle, quarter.AsInt32(), out sin, out cos);
    }

    /// <summary>Eight pairs of normals from the low 24 bits of draws.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transform(
        Vector256<uint> radii, Vector256<uint> angles, float mean, float deviation, out Vector256<float> first, out Vector256<float> last)
    {
        Vector256<int> mask = Vector256.Create(0xFFFFFF);
        Vector256<int> complement = Vector256.Create(1 << 24) - (radii.AsInt32() & mask);
        Vector256<float> u1 = Vector256.ConvertToSingle(complement) * Vector256.Create(Ulp24);
        Vector256<float> u2 = Vector256.ConvertToSingle(angles.AsInt32() & mask) * Vector256.Create(Ulp24);
        Vector256<float> radius = Vector256.Sqrt(Vector256.Create(-2f) * ElementarySingle.Log(u1));
        ElementarySingle.SinCos(Vector256.Create(TwoPi) * u2, out Vector256<float> sin, out Vector256<float> cos);
        Vector256<float> m = Vector256.Create(mean);
        Vector256<float> s = Vector256.Create(deviation);
        first = Vector256.FusedMultiplyAdd(radius * cos, s, m);
        last = Vector256.FusedMultiplyAdd(radius * sin, s, m);
    }
}
