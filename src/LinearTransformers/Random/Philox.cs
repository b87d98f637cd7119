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
    /// <summary>Words of eight lanes at one counter.</summary>
    public const int WordsABlock = 32;

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
        // Words of the even lanes and of the odd ones, each in 64 bits, of which only the lower 32 count: a product's lower half stays
        // where it is.
        (Vector256<ulong> even0, Vector256<ulong> even1) = (c0.AsUInt64(), c1.AsUInt64());
        (Vector256<ulong> even2, Vector256<ulong> even3) = (c2.AsUInt64(), c3.AsUInt64());
        (Vector256<ulong> odd0, Vector256<ulong> odd1) = (even0 >> 32, even1 >> 32);
        (Vector256<ulong> odd2, Vector256<ulong> odd3) = (even2 >> 32, even3 >> 32);
        Vector256<uint> k0 = Vector256.Create((uint)key);
        Vector256<uint> k1 = Vector256.Create((uint)(key >> 32));
        for (int round = 0; round < Rounds; round += 2)
        {
            Round(ref even0, ref even1, ref even2, ref even3, k0.AsUInt64(), k1.AsUInt64());
            Round(ref odd0, ref odd1, ref odd2, ref odd3, k0.AsUInt64(), k1.AsUInt64());
            k0 += Vector256.Create(Weyl0);
            k1 += Vector256.Create(Weyl1);
            Round(ref even0, ref even1, ref even2, ref even3, k0.AsUInt64(), k1.AsUInt64());
            Round(ref odd0, ref odd1, ref odd2, ref odd3, k0.AsUInt64(), k1.AsUInt64());
            k0 += Vector256.Create(Weyl0);
            k1 += Vector256.Create(Weyl1);
        }

        (c0, c1, c2, c3) = (Lanes(even0, odd0), Lanes(even1, odd1), Lanes(even2, odd2), Lanes(even3, odd3));
    }

    /// <summary>
    /// The words of eight lanes at counters whose second words follow one another: of each counter the lanes' first words, then their
    /// second, third and fourth.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="c0">The counters' first words, which alone differ between lanes.</param>
    /// <param name="c1">The first counter's second word.</param>
    /// <param name="c2">Their third word.</param>
    /// <param name="c3">Their fourth word.</param>
    /// <param name="count">How many counters.</param>
    /// <param name="words">Receives the words.</param>
    /// <remarks>
    /// Much of the first three rounds is the same for all counters, or for all lanes. Of round 1, (M₁ c2) is a number and (M₀ c0) the same
    /// vector for all counters; of round 2 (M₀ c0) is a number for each counter and (M₁ c2) shared; of round 3 (M₀ c0) is shared.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Fill(ulong key, Vector256<uint> c0, uint c1, uint c2, uint c3, int count, uint* words)
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            FillTwoByTwo(key, Avx512F.ConvertToVector512UInt64(c0), c1, c2, c3, count, words);
            return;
        }

        uint k0 = (uint)key;
        uint k1 = (uint)(key >> 32);
        ulong first = (ulong)Multiplier1 * c2;
        Vector256<ulong> even3 = Products(c0.AsUInt64(), Multiplier0);
        Vector256<ulong> odd3 = Products(c0.AsUInt64() >> 32, Multiplier0);
        Vector256<ulong> even1 = Products((even3 >> 32) ^ Vector256.Create((ulong)(c3 ^ k1)), Multiplier1);
        Vector256<ulong> odd1 = Products((odd3 >> 32) ^ Vector256.Create((ulong)(c3 ^ k1)), Multiplier1);
        Vector256<ulong> second = Vector256.Create((ulong)((uint)first ^ (k0 + Weyl0)));
        Vector256<ulong> evenLast = Products((even1 >> 32) ^ second, Multiplier0);
        Vector256<ulong> oddLast = Products((odd1 >> 32) ^ second, Multiplier0);
        for (; count > 0; count--, c1++, words += WordsABlock)
        {
            ulong third = (ulong)Multiplier0 * ((uint)(first >> 32) ^ c1 ^ k0);
            Vector256<ulong> upper = Vector256.Create((third >> 32) ^ (k1 + Weyl1));
            Vector256<ulong> lower = Vector256.Create((ulong)((uint)third ^ (k1 + Weyl1 + Weyl1)));
            Vector256<ulong> key0 = Vector256.Create((ulong)(k0 + Weyl0 + Weyl0));
            Vector256<ulong> e1 = Products(even3 ^ upper, Multiplier1);
            Vector256<ulong> o1 = Products(odd3 ^ upper, Multiplier1);
            Vector256<ulong> e0 = even1 ^ key0 ^ (e1 >> 32);
            Vector256<ulong> o0 = odd1 ^ key0 ^ (o1 >> 32);
            Vector256<ulong> e2 = lower ^ (evenLast >> 32);
            Vector256<ulong> o2 = lower ^ (oddLast >> 32);
            Vector256<ulong> e3 = evenLast;
            Vector256<ulong> o3 = oddLast;
            Vector256<uint> keys0 = Vector256.Create(k0 + Weyl0 + Weyl0 + Weyl0);
            Vector256<uint> keys1 = Vector256.Create(k1 + Weyl1 + Weyl1 + Weyl1);
            Round(ref e0, ref e1, ref e2, ref e3, keys0.AsUInt64(), keys1.AsUInt64());
            Round(ref o0, ref o1, ref o2, ref o3, keys0.AsUInt64(), keys1.AsUInt64());
            for (int round = 4; round < Rounds; round += 2)
            {
                keys0 += Vector256.Create(Weyl0);
                keys1 += Vector256.Create(Weyl1);
                Round(ref e0, ref e1, ref e2, ref e3, keys0.AsUInt64(), keys1.AsUInt64());
                Round(ref o0, ref o1, ref o2, ref o3, keys0.AsUInt64(), keys1.AsUInt64());
                keys0 += Vector256.Create(Weyl0);
                keys1 += Vector256.Create(Weyl1);
                Round(ref e0, ref e1, ref e2, ref e3, keys0.AsUInt64(), keys1.AsUInt64());
                Round(ref o0, ref o1, ref o2, ref o3, keys0.AsUInt64(), keys1.AsUInt64());
            }

            Vector256.Store(Lanes(e0, o0), words);
            Vector256.Store(Lanes(e1, o1), words + 8);
            Vector256.Store(Lanes(e2, o2), words + 16);
            Vector256.Store(Lanes(e3, o3), words + 24);
        }
    }

    /// <summary>The same, two counters in turn, with all eight lanes in one vector.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe void FillTwoByTwo(ulong key, Vector512<ulong> c0, uint c1, uint c2, uint c3, int count, uint* words)
    {
        uint k0 = (uint)key;
        uint k1 = (uint)(key >> 32);
        ulong first = (ulong)Multiplier1 * c2;
        Vector512<ulong> shared3 = Products(c0, Multiplier0);
        Vector512<ulong> shared1 = Products((shared3 >> 32) ^ Vector512.Create((ulong)(c3 ^ k1)), Multiplier1);
        Vector512<ulong> last = Products((shared1 >> 32) ^ Vector512.Create((ulong)((uint)first ^ (k0 + Weyl0))), Multiplier0);
        Vector512<ulong> key0 = Vector512.Create((ulong)(k0 + Weyl0 + Weyl0));
        for (; count > 0; count -= 2, c1 += 2, words += 2 * WordsABlock)
        {
            ulong thirdOfA = (ulong)Multiplier0 * ((uint)(first >> 32) ^ c1 ^ k0);
            ulong thirdOfB = (ulong)Multiplier0 * ((uint)(first >> 32) ^ (c1 + 1) ^ k0);
            Vector512<ulong> a1 = Products(shared3 ^ Vector512.Create((thirdOfA >> 32) ^ (k1 + Weyl1)), Multiplier1);
            Vector512<ulong> b1 = Products(shared3 ^ Vector512.Create((thirdOfB >> 32) ^ (k1 + Weyl1)), Multiplier1);
            Vector512<ulong> a0 = shared1 ^ key0 ^ (a1 >> 32);
            Vector512<ulong> b0 = shared1 ^ key0 ^ (b1 >> 32);
            Vector512<ulong> a2 = Vector512.Create((ulong)((uint)thirdOfA ^ (k1 + Weyl1 + Weyl1))) ^ (last >> 32);
            Vector512<ulong> b2 = Vector512.Create((ulong)((uint)thirdOfB ^ (k1 + Weyl1 + Weyl1))) ^ (last >> 32);
            Vector512<ulong> a3 = last;
            Vector512<ulong> b3 = last;
            Vector512<uint> keys0 = Vector512.Create(k0 + Weyl0 + Weyl0 + Weyl0);
            Vector512<uint> keys1 = Vector512.Create(k1 + Weyl1 + Weyl1 + Weyl1);
            Round(ref a0, ref a1, ref a2, ref a3, keys0.AsUInt64(), keys1.AsUInt64());
            Round(ref b0, ref b1, ref b2, ref b3, keys0.AsUInt64(), keys1.AsUInt64());
            for (int round = 4; round < Rounds; round += 2)
            {
                keys0 += Vector512.Create(Weyl0);
                keys1 += Vector512.Create(Weyl1);
                Round(ref a0, ref a1, ref a2, ref a3, keys0.AsUInt64(), keys1.AsUInt64());
                Round(ref b0, ref b1, ref b2, ref b3, keys0.AsUInt64(), keys1.AsUInt64());
                keys0 += Vector512.Create(Weyl0);
                keys1 += Vector512.Create(Weyl1);
                Round(ref a0, ref a1, ref a2, ref a3, keys0.AsUInt64(), keys1.AsUInt64());
                Round(ref b0, ref b1, ref b2, ref b3, keys0.AsUInt64(), keys1.AsUInt64());
            }

            Store(a0, a1, a2, a3, words);
            if (count > 1)
            {
                Store(b0, b1, b2, b3, words + WordsABlock);
            }
        }

        static void Store(Vector512<ulong> w0, Vector512<ulong> w1, Vector512<ulong> w2, Vector512<ulong> w3, uint* words)
        {
            Vector256.Store(Avx512F.ConvertToVector256UInt32(w0), words);
            Vector256.Store(Avx512F.ConvertToVector256UInt32(w1), words + 8);
            Vector256.Store(Avx512F.ConvertToVector256UInt32(w2), words + 16);
            Vector256.Store(Avx512F.ConvertToVector256UInt32(w3), words + 24);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ref Vector256<ulong> c0, ref Vector256<ulong> c1, ref Vector256<ulong> c2, ref Vector256<ulong> c3, Vector256<ulong> k0,
        Vector256<ulong> k1)
    {
        Vector256<ulong> p0 = Products(c0, Multiplier0);
        Vector256<ulong> p1 = Products(c2, Multiplier1);
        c0 = c1 ^ k0 ^ (p1 >> 32);
        c2 = c3 ^ k1 ^ (p0 >> 32);
        c1 = p1;
        c3 = p0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        ref Vector512<ulong> c0, ref Vector512<ulong> c1, ref Vector512<ulong> c2, ref Vector512<ulong> c3, Vector512<ulong> k0,
        Vector512<ulong> k1)
    {
        Vector512<ulong> p0 = Products(c0, Multiplier0);
        Vector512<ulong> p1 = Products(c2, Multiplier1);
        c0 = c1 ^ k0 ^ (p1 >> 32);
        c2 = c3 ^ k1 ^ (p0 >> 32);
        c1 = p1;
        c3 = p0;
    }

    /// <summary>The lower words of the even lanes and of the odd ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Lanes(Vector256<ulong> even, Vector256<ulong> odd)
        => Avx2.IsSupported
            ? Avx2.Blend(even.AsUInt32(), (odd << 32).AsUInt32(), 0b10101010)
            : Vector256.ConditionalSelect(Vector256.Create(0xFFFFFFFFUL).AsUInt32(), even.AsUInt32(), (odd << 32).AsUInt32());

    /// <summary>The products of the low words of four pairs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Products(Vector256<ulong> x, uint multiplier)
        => Avx2.IsSupported
            ? Avx2.Multiply(x.AsUInt32(), Vector256.Create(multiplier))
            : (x & Vector256.Create(0xFFFFFFFFUL)) * Vector256.Create((ulong)multiplier);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Products(Vector512<ulong> x, uint multiplier)
        => Avx512F.Multiply(x.AsUInt32(), Vector512.Create(multiplier));
}
