using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>Normal numbers of prompts of the native stream, thirty-two at a time.</summary>
internal static unsafe class CounterNormals
{
    /// <summary>Numbers that come at once.</summary>
    public const int AtOnce = 32;

    /// <summary>Thirty-two normals of a prompt: eight counters side by side.</summary>
    /// <remarks>Not to be inlined: it would pass the JIT's budget for what is inlined into it.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Fill(NativeBatch batch, DrawDomain domain, uint prompt, uint block, float* numbers)
    {
        (uint c2, uint c3) = batch.Counter(domain);
        Vector256<uint> w0 = Vector256.Create(prompt);
        Vector256<uint> w1 = Vector256.Create(block * (uint)Vector256<uint>.Count) + Vector256<uint>.Indices;
        Vector256<uint> w2 = Vector256.Create(c2);
        Vector256<uint> w3 = Vector256.Create(c3);
        Philox.Block(batch.Key, ref w0, ref w1, ref w2, ref w3);
        BoxMuller.Transform(w0, w1, w2, w3, out TwoEights even, out TwoEights odd);
        Vector256.Store(even.First, numbers);
        Vector256.Store(odd.First, numbers + 8);
        Vector256.Store(even.Second, numbers + 16);
        Vector256.Store(odd.Second, numbers + 24);
    }
}
