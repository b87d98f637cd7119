using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LinearTransformers.Numerics;

/// <summary>
/// Half of a single-precision bundle: where vectors are 256 bits wide, a bundle's sixteen lanes go through a kernel as two such halves,
/// one after the other, with the bits that <see cref="SingleLanes"/> gives.
/// </summary>
internal struct SingleHalfLanes(Vector256<float> value) : ILane<SingleHalfLanes, float>
{
    public Vector256<float> Value = value;

    public static int Count => 8;

    public static SingleHalfLanes Zero => new(Vector256<float>.Zero);

    public static SingleHalfLanes One => new(Vector256.Create(1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes FusedMultiplyAdd(SingleHalfLanes a, SingleHalfLanes b, SingleHalfLanes c)
        => new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(SingleHalfLanes a, SingleHalfLanes b, ref SingleHalfLanes sum)
        => sum.Value = Vector256.FusedMultiplyAdd(a.Value, b.Value, sum.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes operator +(SingleHalfLanes a, SingleHalfLanes b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes operator -(SingleHalfLanes a, SingleHalfLanes b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes operator *(SingleHalfLanes a, SingleHalfLanes b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes operator /(SingleHalfLanes a, SingleHalfLanes b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes operator -(SingleHalfLanes a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes KeepWherePositive(SingleHalfLanes a, SingleHalfLanes value)
        => new(Vector256.GreaterThan(a.Value, Vector256<float>.Zero) & value.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes Larger(SingleHalfLanes a, SingleHalfLanes b)
        => new(Avx.IsSupported
            ? Avx.Max(a.Value, b.Value)
            : Vector256.ConditionalSelect(Vector256.GreaterThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleHalfLanes Exp(SingleHalfLanes x) => new(ElementarySingle.Exp(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(SingleHalfLanes value)
    {
        (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(value.Value);
        return DoubleHalfLanes.SumOfLanes(new DoubleHalfLanes(lower + upper));
    }
}
