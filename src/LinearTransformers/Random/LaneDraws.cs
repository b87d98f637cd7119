using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>
/// Numbers of the native stream for eight prompts side by side, a lane each, in the order in which they are asked for. Behind a number that
/// took some lanes several tries all go on together: where the next one comes from depends on all eight, which are always the same eight.
/// </summary>
internal struct LaneDraws
{
    private readonly ulong _key;
    private readonly Vector256<uint> _prompts;
    private readonly Vector256<uint> _c2;
    private readonly Vector256<uint> _c3;
    private uint _block;

    /// <param name="batch">The batch.</param>
    /// <param name="domain">What they are for.</param>
    /// <param name="firstPrompt">The prompt of the first lane.</param>
    public LaneDraws(NativeBatch batch, DrawDomain domain, uint firstPrompt)
    {
        (uint c2, uint c3) = batch.Counter(domain);
        _key = batch.Key;
        _prompts = Vector256.Create(firstPrompt) + Vector256<uint>.Indices;
        _c2 = Vector256.Create(c2);
        _c3 = Vector256.Create(c3);
    }

    /// <summary>Normal numbers; a multiple of four are drawn, and those too many left.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public unsafe void Normals(SingleHalfLanes* destination, int count)
    {
        SingleHalfLanes* last = stackalloc SingleHalfLanes[4];
        for (int i = 0; i < count; i += 4)
        {
            NextWords(out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out Vector256<uint> w3);
            BoxMuller.Transform(w0, w1, w2, w3, out TwoEights even, out TwoEights odd);
            SingleHalfLanes* four = i + 4 <= count ? destination + i : last;
            (four[0], four[1], four[2], four[3]) = (new(even.First), new(odd.First), new(even.Second), new(odd.Second));
            for (int j = i; four == last && j < count; j++)
            {
                destination[j] = last[j - i];
            }
        }
    }

    /// <summary>Uniform numbers of 24 bits, in [0, 1).</summary>
    public Vector256<float> Uniform()
    {
        NextWords(out Vector256<uint> words, out _, out _, out _);
        return Vector256.ConvertToSingle((words >> 8).AsInt32()) * Vector256.Create(1f / (1 << 24));
    }

    /// <summary>
    /// χ of k ≥ 1 degrees of freedom: the length of k standard normals, at a cost that does not depend on k. Its square is twice a gamma
    /// number of shape k/2.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public Vector256<float> Chi(int degrees)
    {
        if (degrees == 1)
        {
            NextWords(out Vector256<uint> w0, out Vector256<uint> w1, out _, out _);
            BoxMuller.Transform(new EightInts(w0.AsInt32()), new EightInts(w1.AsInt32()), 0, 1, out Eight normal, out _);
            return Vector256.Abs(normal.Value);
        }

        return Vector256.Sqrt(Vector256.Create(2f) * GammaFromOne(degrees / 2.0));
    }

    /// <summary>
    /// Gamma numbers of a shape a and scale 1; of shapes below 1 as one of a + 1 times U^{1/a}, zero where that is below the smallest
    /// normal number.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public Vector256<float> Gamma(double shape)
    {
        if (shape >= 1)
        {
            return GammaFromOne(shape);
        }

        NextWords(out Vector256<uint> words, out _, out _, out _);
        Vector256<float> power = ElementarySingle.Log(PositiveUniform(words)) * Vector256.Create((float)(1 / shape));
        return GammaFromOne(shape + 1) * ElementarySingle.Exp(power);
    }

    /// <summary>
    /// Gamma numbers of a shape a ≥ 1, by Marsaglia and Tsang, <i>A simple method for generating gamma variables</i>, 2000: with d = a −
    /// 1/3, c = 1/√(9d), x normal and u uniform it is d v, v = (1 + c x)³, if ln u &lt; x²/2 + d (1 − v + ln v). A few in a hundred tries
    /// are rejected; each round has two. A lane that was accepted keeps its number, and all draw on until the last is, so this number of a
    /// lane depends on its own draws alone.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> GammaFromOne(double shape)
    {
        Vector256<float> d = Vector256.Create((float)(shape - (1.0 / 3)));
        Vector256<float> c = Vector256.Create((float)(1 / Math.Sqrt(9 * (shape - (1.0 / 3)))));
        Vector256<float> result = Vector256<float>.Zero;
        Vector256<float> missing = Vector256<float>.AllBitsSet;
        while (missing.AsUInt32() != Vector256<uint>.Zero)
        {
            NextWords(out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out Vector256<uint> w3);
            BoxMuller.Transform(new EightInts(w0.AsInt32()), new EightInts(w1.AsInt32()), 0, 1, out Eight x0, out Eight x1);
            Try(x0.Value, w2, d, c, ref missing, ref result);
            if (missing.AsUInt32() != Vector256<uint>.Zero)
            {
                Try(x1.Value, w3, d, c, ref missing, ref result);
            }
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Try(
        Vector256<float> x, Vector256<uint> words, Vector256<float> d, Vector256<float> c, ref Vector256<float> missing,
            ref Vector256<float> result)
    {
        Vector256<float> u = PositiveUniform(words);
        Vector256<float> root = Vector256.FusedMultiplyAdd(c, x, Vector256<float>.One);
        Vector256<float> positive = Vector256.GreaterThan(root, Vector256<float>.Zero);
        Vector256<float> v = root * root * root;
        Vector256<float> x2 = x * x;

        // u < 1 − 0.0331 x⁴ lies within the region that accepts; only where it does not hold are the logarithms needed.
        Vector256<float> accepted =
            positive & Vector256.LessThan(u, Vector256.FusedMultiplyAdd(x2 * x2, Vector256.Create(-0.0331f), Vector256<float>.One));
        Vector256<float> undecided = Vector256.AndNot(missing & positive, accepted);
        if (undecided.AsUInt32() != Vector256<uint>.Zero)
        {
            Vector256<float> logV = ElementarySingle.Log(Vector256.ConditionalSelect(positive, v, Vector256<float>.One));
            Vector256<float> bound = Vector256.FusedMultiplyAdd(d, Vector256<float>.One - v + logV, Vector256.Create(0.5f) * x2);
            accepted |= positive & Vector256.LessThan(ElementarySingle.Log(u), bound);
        }

        result = Vector256.ConditionalSelect(missing & accepted, d * v, result);
        missing = Vector256.AndNot(missing, accepted);
    }

    /// <summary>24 bits, in (0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PositiveUniform(Vector256<uint> words)
        => Vector256.ConvertToSingle((Vector256.Create(1u << 24) - (words >> 8)).AsInt32()) * Vector256.Create(1f / (1 << 24));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NextWords(out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out Vector256<uint> w3)
    {
        (w0, w1, w2, w3) = (_prompts, Vector256.Create(_block++), _c2, _c3);
        Philox.Block(_key, ref w0, ref w1, ref w2, ref w3);
    }
}
