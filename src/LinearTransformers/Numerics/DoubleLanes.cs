using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LinearTransformers.Numerics;

/// <summary>Eight double-precision lanes: references, theory, and training with double precision.</summary>
internal struct DoubleLanes(Vector512<double> value) : ISelectingLane<DoubleLanes>
{
    public Vector512<double> Value = value;

    public static int Count => 8;

    public static DoubleLanes Zero => new(Vector512<double>.Zero);

    public static DoubleLanes One => new(Vector512.Create(1d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes Broadcast(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes FusedMultiplyAdd(DoubleLanes a, DoubleLanes b, DoubleLanes c)
        => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(DoubleLanes a, DoubleLanes b, ref DoubleLanes sum)
        => sum.Value = Vector512.FusedMultiplyAdd(a.Value, b.Value, sum.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes operator +(DoubleLanes a, DoubleLanes b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes operator -(DoubleLanes a, DoubleLanes b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes operator *(DoubleLanes a, DoubleLanes b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes operator /(DoubleLanes a, DoubleLanes b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes operator -(DoubleLanes a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes KeepWherePositive(DoubleLanes a, DoubleLanes value)
        => new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.Value, Vector512<double>.Zero), value.Value, Vector512<double>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes Larger(DoubleLanes a, DoubleLanes b) => SelectGreater(a, b, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes Exp(DoubleLanes x) => Elementary.ExpOrZero(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(DoubleLanes value)
    {
        Vector256<double> four = value.Value.GetLower() + value.Value.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes Sqrt(DoubleLanes x) => new(Vector512.Sqrt(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes Round(DoubleLanes x) => new(Vector512.Round(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitExponent(DoubleLanes x, out DoubleLanes mantissa, out DoubleLanes exponent)
    {
        // Subtracting √½ as bits puts the borrow of the mantissa into the exponent: [√½, √2) becomes exponent 0.
        Vector512<long> bits = x.Value.AsInt64();
        Vector512<long> shifted = (bits - Vector512.Create(Float64.SqrtHalfBits)) >> Float64.MantissaBits;
        mantissa = new((bits - (shifted << Float64.MantissaBits)).AsDouble());
        exponent = new(Vector512.ConvertToDouble(shifted));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes ScaleByPowerOfTwo(DoubleLanes x, DoubleLanes n)
    {
        Vector512<long> power = Vector512.ConvertToInt64Native(n.Value) + Vector512.Create(Float64.ExponentBias);
        return new(x.Value * (power << Float64.MantissaBits).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RotateByQuadrants(DoubleLanes n, ref DoubleLanes sin, ref DoubleLanes cos)
    {
        Vector512<long> quadrant = Vector512.ConvertToInt64Native(n.Value);
        Vector512<long> odd = Vector512.Equals(quadrant & Vector512.Create(1L), Vector512.Create(1L));
        Vector512<double> s = Vector512.ConditionalSelect(odd.AsDouble(), cos.Value, sin.Value);
        Vector512<double> c = Vector512.ConditionalSelect(odd.AsDouble(), sin.Value, cos.Value);
        Vector512<long> signOfSin = (quadrant & Vector512.Create(2L)) << 62;
        Vector512<long> signOfCos = ((quadrant + Vector512.Create(1L)) & Vector512.Create(2L)) << 62;
        sin = new((s.AsInt64() ^ signOfSin).AsDouble());
        cos = new((c.AsInt64() ^ signOfCos).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLanes SelectGreater(DoubleLanes a, DoubleLanes b, DoubleLanes then, DoubleLanes otherwise)
        => new(Vector512.ConditionalSelect(Vector512.GreaterThan(a.Value, b.Value), then.Value, otherwise.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(DoubleLanes a, DoubleLanes b) => Vector512.GreaterThanAny(a.Value, b.Value);
}
