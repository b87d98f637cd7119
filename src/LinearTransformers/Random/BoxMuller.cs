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
    /// Normals may take the place of their draws.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void TransformBlocks(uint* draws, float* normals, int blocks, float mean, float deviation)
    {
        for (; blocks > 1; blocks -= 2, draws += 32, normals += 32)
        {
            TwoEightsOfInts radii = new(Load(draws), Load(draws + 16));
            TwoEightsOfInts angles = new(Load(draws + 8), Load(draws + 24));
            Transform(radii, angles, mean, deviation, out TwoEights first, out TwoEights last);
            Vector256.Store(first.First, normals);
            Vector256.Store(last.First, normals + 8);
            Vector256.Store(first.Second, normals + 16);
            Vector256.Store(last.Second, normals + 24);
        }

        if (blocks > 0)
        {
            Transform(new EightInts(Load(draws)), new EightInts(Load(draws + 8)), mean, deviation, out Eight first, out Eight last);
            Vector256.Store(first.Value, normals);
            Vector256.Store(last.Value, normals + 8);
        }

        static Vector256<int> Load(uint* draws) => Vector256.Load((int*)draws);
    }

    /// <summary>
    /// Eight pairs of normals from 32 draws, 53 bits a uniform: u₁ and u₂ from two draws each, high word first, give
    /// √(−2 ln(1 − u₂))·(cos, sin)(2π u₁). PyTorch computes these in double precision and rounds; here the bits are
    /// split up as integers so that single precision comes within 2 ulp of that (3 for one in 50,000).
    /// </summary>
    public static void TransformPairs(uint* draws, float* normals, int eights, float mean, float deviation)
    {
        int twice = eights / 2;
        TransformTwiceEightPairs(draws, normals, twice, mean, deviation);
        if (eights > 2 * twice)
        {
            TransformEightPairs(draws + (64 * twice), normals + (32 * twice), mean, deviation);
        }
    }

    // Each a method of its own: both together pass the JIT's budget for inlining.
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TransformTwiceEightPairs(uint* draws, float* normals, int count, float mean, float deviation)
    {
        for (; count > 0; count--, draws += 64, normals += 32)
        {
            LoadPairs(draws, out EightInts angles0, out EightInts lower0, out EightInts radii0, out EightInts rest0);
            LoadPairs(draws + 32, out EightInts angles1, out EightInts lower1, out EightInts radii1, out EightInts rest1);
            TransformPairs(
                new TwoEightsOfInts(angles0.Value, angles1.Value),
                new TwoEightsOfInts(lower0.Value, lower1.Value),
                new TwoEightsOfInts(radii0.Value, radii1.Value),
                new TwoEightsOfInts(rest0.Value, rest1.Value),
                mean,
                deviation,
                out TwoEights first,
                out TwoEights second);
            StorePairs(first.First, second.First, normals);
            StorePairs(first.Second, second.Second, normals + 16);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void TransformEightPairs(uint* draws, float* normals, float mean, float deviation)
    {
        LoadPairs(draws, out EightInts angles, out EightInts lower, out EightInts radii, out EightInts rest);
        TransformPairs(angles, lower, radii, rest, mean, deviation, out Eight first, out Eight second);
        StorePairs(first.Value, second.Value, normals);
    }

    /// <summary>Of eight pairs of normals, whose four draws lie together, the first of each, the second, third and fourth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LoadPairs(uint* draws, out EightInts first, out EightInts second, out EightInts third, out EightInts fourth)
    {
        // Pairs 0 to 3 go to the lower halves and 4 to 7 to the upper ones, where they are transposed.
        Vector256<uint> v0 = Vector256.Create(Vector128.Load(draws), Vector128.Load(draws + 16));
        Vector256<uint> v1 = Vector256.Create(Vector128.Load(draws + 4), Vector128.Load(draws + 20));
        Vector256<uint> v2 = Vector256.Create(Vector128.Load(draws + 8), Vector128.Load(draws + 24));
        Vector256<uint> v3 = Vector256.Create(Vector128.Load(draws + 12), Vector128.Load(draws + 28));
        Vector256<uint> low01 = Interleave.Low(v0, v1);
        Vector256<uint> low23 = Interleave.Low(v2, v3);
        Vector256<uint> high01 = Interleave.High(v0, v1);
        Vector256<uint> high23 = Interleave.High(v2, v3);
        first = new(Interleave.LowPairs(low01, low23).AsInt32());
        second = new(Interleave.HighPairs(low01, low23).AsInt32());
        third = new(Interleave.LowPairs(high01, high23).AsInt32());
        fourth = new(Interleave.HighPairs(high01, high23).AsInt32());
    }

    /// <summary>Each first number, and the second behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StorePairs(Vector256<float> first, Vector256<float> second, float* normals)
    {
        Vector256<float> low = Interleave.Low(first.AsUInt32(), second.AsUInt32()).AsSingle();
        Vector256<float> high = Interleave.High(first.AsUInt32(), second.AsUInt32()).AsSingle();
        Vector128.Store(low.GetLower(), normals);
        Vector128.Store(high.GetLower(), normals + 4);
        Vector128.Store(low.GetUpper(), normals + 8);
        Vector128.Store(high.GetUpper(), normals + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformPairs<TSingles, TInts>(
        TInts upperOfAngle, TInts lowerOfAngle, TInts upperOfRadius, TInts lowerOfRadius, float mean, float deviation, out TSingles first,
            out TSingles second)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        TSingles radius = Radius<TSingles, TInts>(upperOfRadius, lowerOfRadius);
        SinCosOfTurns(upperOfAngle, lowerOfAngle, out TSingles sin, out TSingles cos);
        TSingles m = TSingles.Create(mean);
        TSingles s = TSingles.Create(deviation);
        first = TSingles.FusedMultiplyAdd(radius * cos, s, m);
        second = TSingles.FusedMultiplyAdd(radius * sin, s, m);
    }

    /// <summary>Pairs of normals from the low 24 bits of draws.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transform<TSingles, TInts>(
        TInts radii, TInts angles, float mean, float deviation, out TSingles first, out TSingles last)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        // 2²⁴(1 − u) and 2²⁴u are whole numbers: that power of two is left to the logarithm, and to the factor of the angle.
        TInts mask = TInts.Create(0xFFFFFF);
        TInts complement = TInts.AndNot(mask, radii) + TInts.Create(1);
        TSingles radius = TSingles.Sqrt(
            TSingles.Create(-2) * ElementarySingle.LogOfScaled<TSingles, TInts>(TInts.ToSingles(complement), 24));
        ElementarySingle.SinCos<TSingles, TInts>(
            TSingles.Create(TwoPi * Ulp24) * TInts.ToSingles(angles & mask), out TSingles sin, out TSingles cos);
        TSingles m = TSingles.Create(mean);
        TSingles s = TSingles.Create(deviation);
        first = TSingles.FusedMultiplyAdd(radius * cos, s, m);
        last = TSingles.FusedMultiplyAdd(radius * sin, s, m);
    }

    /// <summary>
    /// Standard normals of eight counters' four words: those of the first two words are <paramref name="even"/>'s and <paramref
    /// name="odd"/>'s first, those of the others their second.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transform(
        Vector256<uint> w0, Vector256<uint> w1, Vector256<uint> w2, Vector256<uint> w3, out TwoEights even, out TwoEights odd)
        => Transform(new TwoEightsOfInts(w0.AsInt32(), w2.AsInt32()), new TwoEightsOfInts(w1.AsInt32(), w3.AsInt32()), 0, 1, out even,
            out odd);

    /// <summary>
    /// Standard normals of counters as <see cref="Philox.Fill"/> writes them, four vectors of eight each: the pair of the first two words,
    /// then that of the others.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void TransformCounters(uint* words, float* normals, int counters)
    {
        for (; counters > 0; counters--, words += 32, normals += 32)
        {
            Transform(
                Vector256.Load(words), Vector256.Load(words + 8), Vector256.Load(words + 16), Vector256.Load(words + 24),
                out TwoEights even, out TwoEights odd);
            Vector256.Store(even.First, normals);
            Vector256.Store(odd.First, normals + 8);
            Vector256.Store(even.Second, normals + 16);
            Vector256.Store(odd.Second, normals + 24);
        }
    }

    /// <summary>Puts pairs of standard normals where the first two words of counters are.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void TransformFirstPairs(uint* words, int counters)
    {
        for (; counters > 1; counters -= 2, words += 64)
        {
            Transform(
                Vector256.Load(words), Vector256.Load(words + 8), Vector256.Load(words + 32), Vector256.Load(words + 40),
                out TwoEights even, out TwoEights odd);
            Vector256.Store(even.First, (float*)words);
            Vector256.Store(odd.First, (float*)words + 8);
            Vector256.Store(even.Second, (float*)words + 32);
            Vector256.Store(odd.Second, (float*)words + 40);
        }

        if (counters > 0)
        {
            Transform(new EightInts(Load(words)), new EightInts(Load(words + 8)), 0, 1, out Eight even, out Eight odd);
            Vector256.Store(even.Value, (float*)words);
            Vector256.Store(odd.Value, (float*)words + 8);
        }

        static Vector256<int> Load(uint* words) => Vector256.Load((int*)words);
    }

    /// <summary>√(−2 ln(1 − u)), u = (upper·2³² + lower)/2⁵³: of the first draw the lowest 21 bits count.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Radius<TSingles, TInts>(TInts first, TInts lower)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        // 2⁵³ − (upper·2³² + lower) = (2²¹ − 1 − upper)·2³² + (2³² − lower), where the last carries if lower is 0 (all bits set count as
        // −1).
        TInts mask = TInts.Create(0x1FFFFF);
        TInts zero = TInts.Create(0);
        TInts carry = TInts.AreEqual(lower, zero);
        TInts upperOfComplement = TInts.AndNot(mask, first) - carry;
        Fraction(first & mask, lower, out TSingles u, out TSingles restOfU);
        Fraction(upperOfComplement, zero - lower, out TSingles v, out TSingles restOfV);
        return TSingles.Sqrt(TSingles.Create(-2) * ElementarySingle.LogOfComplement<TSingles, TInts>(u, restOfU, v, restOfV));
    }

    /// <summary>(upper·2³² + lower)/2⁵³ as a number and the rest that it rounds off.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fraction<TSingles, TInts>(TInts upper, TInts lower, out TSingles value, out TSingles rest)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        TSingles high = TInts.ToSingles(upper) * TSingles.Create(1f / (1 << 21));
        TSingles low = TInts.UnsignedToSingles(lower) * TSingles.Create(Ulp53);
        value = high + low;
        rest = (high - value) + low;
    }

    /// <summary>sin and cos of 2π·u, u = (upper·2³² + lower)/2⁵³: the nearest quarter turn comes off as integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SinCosOfTurns<TSingles, TInts>(TInts first, TInts lower, out TSingles sin, out TSingles cos)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        TInts turns = (first << 11) | (lower >>> 21);
        TInts quarter = (turns + TInts.Create(1 << 29)) >>> 30;
        TInts rest = turns - (quarter << 30);

        // In two parts, the first of 16 bits, so that only the last operation rounds.
        TInts coarse = (rest + TInts.Create(1 << 13)) & TInts.Create(-1 << 14);
        TSingles high = TInts.ToSingles(coarse) * TSingles.Create(Ulp32);
        TSingles low = TSingles.FusedMultiplyAdd(
            TInts.ToSingles(lower & TInts.Create((1 << 21) - 1)),
            TSingles.Create(Ulp53),
            TInts.ToSingles(rest - coarse) * TSingles.Create(Ulp32));
        low = TSingles.FusedMultiplyAdd(low, TSingles.Create(TwoPi), high * TSingles.Create(TwoPiRest));
        ElementarySingle.SinCosOfRest(TSingles.FusedMultiplyAdd(high, TSingles.Create(TwoPi), low), quarter, out sin, out cos);
    }
}
