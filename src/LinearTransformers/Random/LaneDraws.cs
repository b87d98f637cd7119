using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>Numbers of the native stream for eight prompts side by side, a lane each, in the order in which they are asked for.</summary>
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
            BoxMuller.Transform(w0, w1, 0, 1, out Vector256<float> n0, out Vector256<float> n1);
            BoxMuller.Transform(w2, w3, 0, 1, out Vector256<float> n2, out Vector256<float> n3);
            SingleHalfLanes* four = i + 4 <= count ? destination + i : last;
            (four[0], four[1], four[2], four[3]) = (new(n0), new(n1), new(n2), new(n3));
            for (int j = i; four == last && j < count; j++)
            {
                destination[j] = last[j - i];
            }
        }
    }

    /// <summary>
    /// χ of k ≥ 1 degrees of freedom: the length of k standard normals, at a cost that does not depend on k. Its square is twice a gamma
    /// number of shape k/2, for which Marsaglia and Tsang's method rejects a few in a hundred tries; a lane that was accepted keeps its number, and all
    /// draw on until the last is, so what a lane gets depends on its own draws alone.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public Vector256<float> Chi(int degrees)
    {
        if (degrees == 1)
        {
            NextWords(out Vector256<uint> w0, out Vector256<uint> w1, out _, out _);
            BoxMuller.Transform(w0, w1, 0, 1, out Vector256<float> normal, out _);
            return Vector256.Abs(normal);
        }

        float d = (float)((degrees / 2.0) - (1.0 / 3));
        float c = (float)(1 / Math.Sqrt(9 * ((degrees / 2.0) - (1.0 / 3))));
        Vector256<float> result = Vector256<float>.Zero;
        Vector256<float> missing = Vector256<float>.AllBitsSet;
        while (missing.AsUInt32() != Vector256<uint>.Zero)
        {
            NextWords(out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out _);
            BoxMuller.Transform(w0, w1, 0, 1, out Vector256<float> x, out _);
            Vector256<float> u = Vector256.ConvertToSingle((Vector256.Create(1u << 24) - (w2 >> 8)).AsInt32()) * Vector256.Create(1f / (1 << 24));
            Vector256<float> root = Vector256.FusedMultiplyAdd(Vector256.Create(c), x, Vector256<float>.One);
            Vector256<float> positive = Vector256.GreaterThan(root, Vector256<float>.Zero);
            Vector256<float> v = root * root * root;
            Vector256<float> x2 = x * x;

            // u < 1 − 0.0331 x⁴ lies within the region that accepts; only where it does not hold are the logarithms needed.
            Vector256<float> accepted = positive & Vector256.LessThan(u, Vector256.FusedMultiplyAdd(x2 * x2, Vector256.Create(-0.0331f), Vector256<float>.One));
            Vector256<float> undecided = Vector256.AndNot(missing & positive, accepted);
            if (undecided.AsUInt32() != Vector256<uint>.Zero)
            {
                Vector256<float> logV = ElementarySingle.Log(Vector256.ConditionalSelect(positive, v, Vector256<float>.One));
                Vector256<float> bound = Vector256.FusedMultiplyAdd(
                    Vector256.Create(d), Vector256<float>.One - v + logV, Vector256.Create(0.5f) * x2);
                accepted |= positive & Vector256.LessThan(ElementarySingle.Log(u), bound);
            }

            result = Vector256.ConditionalSelect(missing & accepted, Vector256.Sqrt(Vector256.Create(2 * d) * v), result);
            missing = Vector256.AndNot(missing, accepted);
        }

        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void NextWords(out Vector256<uint> w0, out Vector256<uint> w1, out Vector256<uint> w2, out Vector256<uint> w3)
    {
        (w0, w1, w2, w3) = (_prompts, Vector256.Create(_block++), _c2, _c3);
        Philox.Block(_key, ref w0, ref w1, ref w2, ref w3);
    }
}
