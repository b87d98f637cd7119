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
    private readonly uint _c2;
    private readonly uint _c3;
    private uint _block;

    /// <param name="batch">The batch.</param>
    /// <param name="domain">What they are for.</param>
    /// <param name="firstPrompt">The prompt of the first lane.</param>
    public LaneDraws(NativeBatch batch, DrawDomain domain, uint firstPrompt)
    {
        (_c2, _c3) = batch.Counter(domain);
        _key = batch.Key;
        _prompts = Vector256.Create(firstPrompt) + Vector256<uint>.Indices;
    }

    /// <summary>Normal numbers; a multiple of four are drawn, and those too many left.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public unsafe void Normals(SingleHalfLanes* destination, int count)
    {
        const int Counters = 6;
        uint* words = stackalloc uint[Counters * Philox.WordsABlock];
        while (count > 0)
        {
            int counters = Math.Min((count + 3) / 4, Counters);
            Philox.Fill(_key, _prompts, _block, _c2, _c3, counters, words);
            BoxMuller.TransformCounters(words, (float*)words, counters);
            _block += (uint)counters;
            int taken = Math.Min(count, 4 * counters);
            new ReadOnlySpan<SingleHalfLanes>(words, taken).CopyTo(new(destination, taken));
            destination += taken;
            count -= taken;
        }
    }

    /// <summary>Words of memory that <see cref="NormalsAndChis"/> needs.</summary>
    public static int WordsFor(int normals, int chis) => Philox.WordsABlock * (((normals + 3) / 4) + chis);

    /// <summary>
    /// Normal numbers as <see cref="Normals"/>, then χ of k, k − 1, … degrees of freedom as <see cref="Chi(int)"/>, all from counters that
    /// are worked on together. Nearly every χ takes one counter; where one takes more, those behind it are at later ones.
    /// </summary>
    /// <param name="normals">Receives the normals, and up to three more that nobody asked for.</param>
    /// <param name="count">How many.</param>
    /// <param name="chis">Receives the χ.</param>
    /// <param name="degrees">k, not less than there are χ.</param>
    /// <param name="shapes">For each χ the shape k/2.</param>
    /// <param name="words">Room for what <see cref="WordsFor"/> says.</param>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public unsafe void NormalsAndChis(
        SingleHalfLanes* normals, int count, SingleHalfLanes* chis, int degrees, ReadOnlySpan<GammaShape> shapes, uint* words)
    {
        int ofNormals = (count + 3) / 4;
        Philox.Fill(_key, _prompts, _block, _c2, _c3, ofNormals + shapes.Length, words);
        BoxMuller.TransformCounters(words, (float*)normals, ofNormals);
        _block += (uint)ofNormals;
        uint first = _block;
        words += ofNormals * Philox.WordsABlock;
        BoxMuller.TransformFirstPairs(words, shapes.Length);
        for (int i = 0; i < shapes.Length; i++)
        {
            uint place = _block - first;
            chis[i] = new(place < shapes.Length ? Chi(degrees - i, in shapes[i], words + (place * Philox.WordsABlock)) : Chi(degrees - i));
        }
    }

    /// <summary>χ from the words of the next counter, whose first two were made a pair of normals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private unsafe Vector256<float> Chi(int degrees, in GammaShape shape, uint* words)
    {
        _block++;
        Vector256<float> x = Vector256.Load((float*)words);
        if (degrees == 1)
        {
            return Vector256.Abs(x);
        }

        Vector256<float> result = Vector256<float>.Zero;
        Vector256<float> missing = Vector256<float>.AllBitsSet;
        Try(x, Vector256.Load(words + 16), in shape, ref missing, ref result);
        if (missing.AsUInt32() != Vector256<uint>.Zero)
        {
            FindMissing(in shape, words, ref missing, ref result);
        }

        return Vector256.Sqrt(Vector256.Create(2f) * result);
    }

    /// <summary>Further tries: with the second normal of a counter, then at the counters behind it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private unsafe void FindMissing(in GammaShape shape, uint* words, ref Vector256<float> missing, ref Vector256<float> result)
    {
        Try(Vector256.Load((float*)words + 8), Vector256.Load(words + 24), in shape, ref missing, ref result);
        FindMissing(in shape, ref missing, ref result);
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

        return Vector256.Sqrt(Vector256.Create(2f) * GammaFromOne(new(degrees / 2.0)));
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
            return GammaFromOne(new(shape));
        }

        NextWords(out Vector256<uint> words, out _, out _, out _);
        Vector256<float> power = ElementarySingle.Log(PositiveUniform(words)) * Vector256.Create((float)(1 / shape));
        return GammaFromOne(new(shape + 1)) * ElementarySingle.Exp(power);
    }

    /// <summary>
    /// Gamma numbers of a shape a ≥ 1, by Marsaglia and Tsang, <i>A simple method for generating gamma variables</i>, 2000: with d = a −
    /// 1/3, c = 1/√(9d), x normal and u uniform it is d v, v = (1 + c x)³, if ln u &lt; x²/2 + d (1 − v + ln v). A few in a hundred tries
    /// are rejected; each round has two. A lane that was accepted keeps its number, and all draw on until the last is, so this number of a
    /// lane depends on its own draws alone.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> GammaFromOne(GammaShape shape)
    {
        Vector256<float> result = Vector256<float>.Zero;
        Vector256<float> missing = Vector256<float>.AllBitsSet;
        FindMissing(in shape, ref missing, ref result);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void FindMissing(in GammaShape shape, ref Vector256<float> missing, ref Vector256<float> result)
    {
        while (missing.AsUInt32() != Vector256<uint>.Zero)
        {
            NextWords(out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out Vector256<uint> w3);
            BoxMuller.Transform(new EightInts(w0.AsInt32()), new EightInts(w1.AsInt32()), 0, 1, out Eight x0, out Eight x1);
            Try(x0.Value, w2, in shape, ref missing, ref result);
            if (missing.AsUInt32() != Vector256<uint>.Zero)
            {
                Try(x1.Value, w3, in shape, ref missing, ref result);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Try(
        Vector256<float> x, Vector256<uint> words, in GammaShape shape, ref Vector256<float> missing, ref Vector256<float> result)
    {
        Vector256<float> d = Vector256.Create(shape.D);
        Vector256<float> u = PositiveUniform(words);
        Vector256<float> root = Vector256.FusedMultiplyAdd(Vector256.Create(shape.C), x, Vector256<float>.One);
        Vector256<float> positive = Vector256.GreaterThan(root, Vector256<float>.Zero);
        Vector256<float> v = root * root * root;
        Vector256<float> x2 = x * x;
        Vector256<float> x4 = x2 * x2;

        // u < 1 − 0.0331 x⁴ lies within the region that accepts; only where neither it nor the shape's own bound holds are the logarithms
        // needed.
        Vector256<float> accepted =
            positive & Vector256.LessThan(u, Vector256.FusedMultiplyAdd(x4, Vector256.Create(-0.0331f), Vector256<float>.One));
        Vector256<float> undecided = Vector256.AndNot(missing & positive, accepted);
        Vector256<float> known = Vector256.GreaterThan(x, Vector256.Create(shape.Least))
            & Vector256.LessThan(u, Vector256.FusedMultiplyAdd(x4, Vector256.Create(shape.Slope), Vector256.Create(shape.Limit)));
        if (Vector256.AndNot(undecided, known).AsUInt32() != Vector256<uint>.Zero)
        {
            Vector256<float> logV = ElementarySingle.Log(Vector256.ConditionalSelect(positive, v, Vector256<float>.One));
            Vector256<float> bound = Vector256.FusedMultiplyAdd(d, Vector256<float>.One - v + logV, Vector256.Create(0.5f) * x2);
            accepted |= positive & Vector256.LessThan(ElementarySingle.Log(u), bound);
        }
        else
        {
            accepted |= known;
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
        (w0, w1, w2, w3) = (_prompts, Vector256.Create(_block++), Vector256.Create(_c2), Vector256.Create(_c3));
        Philox.Block(_key, ref w0, ref w1, ref w2, ref w3);
    }
}
