using System.Runtime.CompilerServices;

namespace LinearTransformers.Numerics;

/// <summary>A single double-precision lane: the plain twin of <see cref="DoubleLanes"/>, bit for bit.</summary>
internal readonly struct ScalarLane(double value) : ISelectingLane<ScalarLane>
{
    public readonly double Value = value;

    public static int Count => 1;

    public static ScalarLane Zero => new(0);

    public static ScalarLane One => new(1);

    public static ScalarLane Broadcast(double value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane FusedMultiplyAdd(ScalarLane a, ScalarLane b, ScalarLane c)
        => new(Math.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static void Accumulate(ScalarLane a, ScalarLane b, ref ScalarLane sum) => sum = FusedMultiplyAdd(a, b, sum);

    public static ScalarLane operator +(ScalarLane a, ScalarLane b) => new(a.Value + b.Value);

    public static ScalarLane operator -(ScalarLane a, ScalarLane b) => new(a.Value - b.Value);

    public static ScalarLane operator *(ScalarLane a, ScalarLane b) => new(a.Value * b.Value);

    public static ScalarLane operator /(ScalarLane a, ScalarLane b) => new(a.Value / b.Value);

    public static ScalarLane operator -(ScalarLane a) => new(-a.Value);

    public static ScalarLane KeepWherePositive(ScalarLane a, ScalarLane value) => a.Value > 0 ? value : Zero;

    public static ScalarLane Larger(ScalarLane a, ScalarLane b) => a.Value > b.Value ? a : b;

    public static ScalarLane Exp(ScalarLane x) => Elementary.ExpOrZero(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SumOfLanes(ScalarLane value) => value.Value;

    public static ScalarLane Sqrt(ScalarLane x) => new(Math.Sqrt(x.Value));

    public static ScalarLane Round(ScalarLane x) => new(Math.Round(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SplitExponent(ScalarLane x, out ScalarLane mantissa, out ScalarLane exponent)
    {
        long bits = BitConverter.DoubleToInt64Bits(x.Value);
        long shifted = (bits - Float64.SqrtHalfBits) >> Float64.MantissaBits;
        mantissa = new(BitConverter.Int64BitsToDouble(bits - (shifted << Float64.MantissaBits)));
        exponent = new(shifted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLane ScaleByPowerOfTwo(ScalarLane x, ScalarLane n)
        => new(x.Value * BitConverter.Int64BitsToDouble(((long)n.Value + Float64.ExponentBias) << Float64.MantissaBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RotateByQuadrants(ScalarLane n, ref ScalarLane sin, ref ScalarLane cos)
    {
        long quadrant = (long)n.Value;
        (double s, double c) = (quadrant & 1) != 0 ? (cos.Value, sin.Value) : (sin.Value, cos.Value);
        sin = new((quadrant & 2) != 0 ? -s : s);
        cos = new(((quadrant + 1) & 2) != 0 ? -c : c);
    }

    public static ScalarLane SelectGreater(ScalarLane a, ScalarLane b, ScalarLane then, ScalarLane otherwise)
        => a.Value > b.Value ? then : otherwise;

    public static bool AnyGreater(ScalarLane a, ScalarLane b) => a.Value > b.Value;
}
