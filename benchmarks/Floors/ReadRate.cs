using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>
/// The rate at which one core reads memory that does not fit its own caches: a buffer's numbers are added up, in eight chains.
/// </summary>
internal static unsafe class ReadRate
{
    private const int Unrolled = 8;

    private static float _sink;

    /// <summary>Bytes a second, of a buffer of this many.</summary>
    public static double Measure(long bytes)
    {
        int step = Unrolled * Vector256<float>.Count;
        AlignedBuffer<float> buffer = new(bytes / sizeof(float) / step * step);
        double seconds = Timing.SecondsOf(() => Read(buffer.Pointer, buffer.Length));
        GC.KeepAlive(buffer);
        return buffer.Length * sizeof(float) / seconds;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Read(float* numbers, long length)
    {
        Vector256<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        for (float* end = numbers + length; numbers < end; numbers += Unrolled * Vector256<float>.Count)
        {
            c0 += Vector256.Load(numbers);
            c1 += Vector256.Load(numbers + 8);
            c2 += Vector256.Load(numbers + 16);
            c3 += Vector256.Load(numbers + 24);
            c4 += Vector256.Load(numbers + 32);
            c5 += Vector256.Load(numbers + 40);
            c6 += Vector256.Load(numbers + 48);
            c7 += Vector256.Load(numbers + 56);
        }

        _sink = Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7);
    }
}
