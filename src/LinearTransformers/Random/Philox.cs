using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LinearTransformers.Random;

/// <summary>
/// Philox4x32-10, a counter-based generator: four words from a counter of four words and a key of two, any of them on its own. Salmon,
/// Moraes, Dror and Shaw, <i>Parallel random numbers: as easy as 1, 2, 3</i>, 2011, whose known answers the tests check.
/// </summary>
internal static class Philox
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>The four words of one counter.</summary>
    public static void Block(uint c0, uint c1, uint c2, uint c3, ulong key, Span<uint> words)
    {
        uint k0 = (uint)key;
        uint k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0;
            ulong p1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += Weyl0;
            k1 += Weyl1;
        }

        (words[0], words[1], words[2], words[3]) = (c0, c1, c2, c3);
    }

    /// <summary>The same for eight counters, a lane each; the counters come in, the words go out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Block(ulong key, ref Vector256<uint> c0, ref Vector256<uint> c1, ref Vector256<uint> c2, ref Vector256<uint> c3)
    {
        uint k0 = (uint)key;
        uint k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            Multiply(c0, Multiplier0, out Vector256<uint> low0, out Vector256<uint> high0);
            Multiply(c2, Multiplier1, out Vector256<uint> low1, out Vector256<uint> high1);
            c0 = high1 ^ c1 ^ Vector256.Create(k0);
            c2 = high0 ^ c3 ^ Vector256.Create(k1);
            c1 = low1;
            c3 = low0;
            k0 += Weyl0;
            k1 += Weyl1;
        }
    }

    /// <summary>The low and high words of products.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(Vector256<uint> x, uint multiplier, out Vector256<uint> low, out Vector256<uint> high)
    {
        Vector256<ulong> even = Products(x.AsUInt64(), multiplier);
        Vector256<ulong> odd = Products(x.AsUInt64() >> 32, multiplier);
        low = Odd(even.AsUInt32(), (odd << 32).AsUInt32());
        high = Odd((even >> 32).AsUInt32(), odd.AsUInt32());
    }

    /// <summary>The even lanes of one and the odd lanes of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Odd(Vector256<uint> even, Vector256<uint> odd)
        => Avx2.IsSupported
            ? Avx2.Blend(even, odd, 0b10101010)
            : Vector256.ConditionalSelect(Vector256.Create(0xFFFFFFFFUL).AsUInt32(), even, odd);

    /// <summary>The products of the low words of four pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Products(Vector256<ulong> x, uint multiplier)
        => Avx2.IsSupported
            ? Avx2.Multiply(x.AsUInt32(), Vector256.Create(multiplier))
            : (x & Vector256.Create(0xFFFFFFFFUL)) * Vector256.Create((ulong)multiplier);
}
