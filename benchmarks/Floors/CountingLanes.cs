using System.Runtime.InteropServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>
/// Lanes that compute nothing and count what they would have: a fused multiply-add, product or sum is one operation, a division eight, an
/// exponential as many as its formula has. Comparisons and moves are not counted. They are as large as real ones, as whoever moves numbers
/// into lanes expects.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 8 * sizeof(float))]
internal readonly struct CountingLanes : ILane<CountingLanes, float>
{
    private const int Division = 8;
    private const int Exponential = 12;

    /// <summary>Operations so far, each on <see cref="Count"/> numbers.</summary>
    public static long Operations { get; set; }

    public static int Count => SingleHalfLanes.Count;

    public static CountingLanes Zero => default;

    public static CountingLanes One => default;

    public static CountingLanes Broadcast(float value) => default;

    public static CountingLanes FusedMultiplyAdd(CountingLanes a, CountingLanes b, CountingLanes c) => Counted(1);

    public static void Accumulate(CountingLanes a, CountingLanes b, ref CountingLanes sum) => Operations++;

    public static CountingLanes operator +(CountingLanes a, CountingLanes b) => Counted(1);

    public static CountingLanes operator -(CountingLanes a, CountingLanes b) => Counted(1);

    public static CountingLanes operator *(CountingLanes a, CountingLanes b) => Counted(1);

    public static CountingLanes operator /(CountingLanes a, CountingLanes b) => Counted(Division);

    public static CountingLanes operator -(CountingLanes a) => default;

    public static CountingLanes KeepWherePositive(CountingLanes a, CountingLanes value) => default;

    public static CountingLanes Larger(CountingLanes a, CountingLanes b) => default;

    public static CountingLanes Exp(CountingLanes x) => Counted(Exponential);

    public static double SumOfLanes(CountingLanes value) => 0;

    private static CountingLanes Counted(int operations)
    {
        Operations += operations;
        return default;
    }
}
