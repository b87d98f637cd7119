using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LinearTransformers.Numerics;

/// <summary>Sixteen single-precision lanes: the bundle that training runs on, on any hardware.</summary>
internal struct SingleLanes(Vector512<float> value) : ILane<SingleLanes, float>
{
    public Vector512<float> Value = value;

    public static int Count => 16;

    public static SingleLanes Zero => new(Vector512<float>.Zero);

    public static SingleLanes One => new(Vector512.Create(1f));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes FusedMultiplyAdd(SingleLanes a, SingleLanes b, SingleLanes c)
        => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(SingleLanes a, SingleLanes b, ref SingleLanes sum)
        => sum.Value = Vector512.FusedMultiplyAdd(a.Value, b.Value, sum.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes operator +(SingleLanes a, SingleLanes b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes operator -(SingleLanes a, SingleLanes b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes operator *(SingleLanes a, SingleLanes b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes operator /(SingleLanes a, SingleLanes b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes operator -(SingleLanes a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes KeepWherePositive(SingleLanes a, SingleLanes value)
        => new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.Value, Vector512<float>.Zero), value.Value, Vector512<float>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes Larger(SingleLanes a, SingleLanes b)
        => new(Avx512F.IsSupported
            ? Avx512F.Max(a.Value, b.Value)
            : Vector512.ConditionalSelect(Vector512.GreaterThan(a.Value, b.Value), a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static SingleLanes Exp(SingleLanes x) => new(ElementarySingle.Exp(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(SingleLanes value)
    {
        (Vector512<double> lower, Vector512<double> upper) = Vector512.Widen(value.Value);
        return DoubleLanes.SumOfLanes(new DoubleLanes(lower + upper));
    }
}
