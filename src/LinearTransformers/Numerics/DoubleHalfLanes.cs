using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LinearTransformers.Numerics;

/// <summary>
/// Half of a double-precision bundle, four lanes of eight: see <see cref="SingleHalfLanes"/>.
/// </summary>
internal struct DoubleHalfLanes(Vector256<double> value) : ISelectingLane<DoubleHalfLanes>
{
    public Vector256<double> Value = value;

    public static int Count => 4;

    public static DoubleHalfLanes Zero => new(Vector256<double>.Zero);

    public static DoubleHalfLanes One => new(Vector256.Create(1d));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes Broadcast(double value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes FusedMultiplyAdd(DoubleHalfLanes a, DoubleHalfLanes b, DoubleHalfLanes c)
        => new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate(DoubleHalfLanes a, DoubleHalfLanes b, ref DoubleHalfLanes sum)
        => sum.Value = Vector256.FusedMultiplyAdd(a.Value, b.Value, sum.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes operator +(DoubleHalfLanes a, DoubleHalfLanes b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes operator -(DoubleHalfLanes a, DoubleHalfLanes b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes operator *(DoubleHalfLanes a, DoubleHalfLanes b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes operator /(DoubleHalfLanes a, DoubleHalfLanes b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes operator -(DoubleHalfLanes a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes KeepWherePositive(DoubleHalfLanes a, DoubleHalfLanes value)
        => new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.Value, Vector256<double>.Zero), value.Value, Vector256<double>.Zero));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes Larger(DoubleHalfLanes a, DoubleHalfLanes b) => SelectGreater(a, b, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes Exp(DoubleHalfLanes x) => Elementary.ExpOrZero(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(DoubleHalfLanes value)
    {
        Vector128<double> two = value.Value.GetLower() + value.Value.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes Sqrt(DoubleHalfLanes x) => new(Vector256.Sqrt(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes Round(DoubleHalfLanes x) => new(Vector256.Round(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitExponent(DoubleHalfLanes x, out DoubleHalfLanes mantissa, out DoubleHalfLanes exponent)
    {
        // Subtracting √½ as bits puts the borrow of the mantissa into the exponent: [√½, √2) becomes exponent 0.
        Vector256<long> bits = x.Value.AsInt64();
        Vector256<long> shifted = (bits - Vector256.Create(Float64.SqrtHalfBits)) >> Float64.MantissaBits;
        mantissa = new((bits - (shifted << Float64.MantissaBits)).AsDouble());
        exponent = new(Vector256.ConvertToDouble(shifted));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes ScaleByPowerOfTwo(DoubleHalfLanes x, DoubleHalfLanes n)
    {
        Vector256<long> power = Vector256.ConvertToInt64Native(n.Value) + Vector256.Create(Float64.ExponentBias);
        return new(x.Value * (power << Float64.MantissaBits).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RotateByQuadrants(DoubleHalfLanes n, ref DoubleHalfLanes sin, ref DoubleHalfLanes cos)
    {
        Vector256<long> quadrant = Vector256.ConvertToInt64Native(n.Value);
        Vector256<long> odd = Vector256.Equals(quadrant & Vector256.Create(1L), Vector256.Create(1L));
        Vector256<double> s = Vector256.ConditionalSelect(odd.AsDouble(), cos.Value, sin.Value);
        Vector256<double> c = Vector256.ConditionalSelect(odd.AsDouble(), sin.Value, cos.Value);
        Vector256<long> signOfSin = (quadrant & Vector256.Create(2L)) << 62;
        Vector256<long> signOfCos = ((quadrant + Vector256.Create(1L)) & Vector256.Create(2L)) << 62;
        sin = new((s.AsInt64() ^ signOfSin).AsDouble());
        cos = new((c.AsInt64() ^ signOfCos).AsDouble());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleHalfLanes SelectGreater(DoubleHalfLanes a, DoubleHalfLanes b, DoubleHalfLanes then, DoubleHalfLanes otherwise)
        => new(Vector256.ConditionalSelect(Vector256.GreaterThan(a.Value, b.Value), then.Value, otherwise.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(DoubleHalfLanes a, DoubleHalfLanes b) => Vector256.GreaterThanAny(a.Value, b.Value);
}
