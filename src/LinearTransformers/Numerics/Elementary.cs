using System.Runtime.CompilerServices;

namespace LinearTransformers.Numerics;

/// <summary>
/// Double-precision logarithm, exponential, power, sine and cosine in a fixed order of correctly rounded operations,
/// so that every machine gives the same bits. (The C library's, which .NET calls, differ between machines.)
/// Written once over <see cref="IElementaryLane{TSelf}"/>; the scalar overloads run the same text on one lane.
/// </summary>
internal static class Elementary
{
    // ln 2 and π/2 in two parts: the first short enough that n times it is exact for the n that occur.
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double HalfPiHigh = 1.5707963267948966;
    private const double HalfPiLow = 6.123233995736766e-17;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Log(double x) => Log(new ScalarLane(x)).Value;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Exp(double x) => Exp(new ScalarLane(x)).Value;

    /// <summary>
    /// x^y for x &gt; 0 as exp(y·ln x). Relative error below 2⁻⁵³·(2 + 2|y·ln x|), so 1.6e-13 where the result
    /// is anywhere near the ends of the range; zero where the result is below 2⁻¹⁰²².
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Pow(double x, double y)
    {
        double power = y * Log(x);
        return power < -708 ? 0 : Exp(power);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Sin, double Cos) SinCos(double x)
    {
        SinCos(new ScalarLane(x), out ScalarLane sin, out ScalarLane cos);
        return (sin.Value, cos.Value);
    }

    /// <summary>
    /// ln x for finite normal x &gt; 0, within 1.5 ulp. With x = m·2^e, m in [√½, √2), s = (m − 1)/(m + 1):
    /// ln x = e·ln 2 + 2 atanh s, and 2 atanh s = (m − 1) − s·((m − 1) − 2(s²/3 + s⁴/5 + …)),
    /// which keeps the exact m − 1 in front. |s| ≤ 0.1716, so the series ends below 2⁻⁵⁶ after s²²/23.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Log<T>(T x)
        where T : unmanaged, IElementaryLane<T>
    {
        T.SplitExponent(x, out T mantissa, out T exponent);
        T f = mantissa - T.One;
        T s = f / (mantissa + T.One);
        T s2 = s * s;
        T series = T.Broadcast(2.0 / 23);
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 21));
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 19));
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 17));
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 15));
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 13));
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 11));
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 9));
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 7));
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 5));
        series = T.FusedMultiplyAdd(series, s2, T.Broadcast(2.0 / 3));
        T correction = s * (f - s2 * series);
        T low = T.FusedMultiplyAdd(exponent, T.Broadcast(Ln2Low), -correction) + f;
        return T.FusedMultiplyAdd(exponent, T.Broadcast(Ln2High), low);
    }

    /// <summary>
    /// e^x for |x| ≤ 708, within 1 ulp. With n = round(x/ln 2) and r = x − n·ln 2 (|r| ≤ 0.3466):
    /// e^x = 2ⁿ·Σ rᵏ/k!, ended below 2⁻⁵⁷ after k = 13.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Exp<T>(T x)
        where T : unmanaged, IElementaryLane<T>
    {
        T n = T.Round(x * T.Broadcast(1 / 0.69314718055994530942));
        T r = T.FusedMultiplyAdd(-n, T.Broadcast(Ln2High), x);
        r = T.FusedMultiplyAdd(-n, T.Broadcast(Ln2Low), r);
        T series = T.Broadcast(1.0 / 6227020800);
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 479001600));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 39916800));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 3628800));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 362880));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 40320));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 5040));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 720));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 120));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 24));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 6));
        series = T.FusedMultiplyAdd(series, r, T.Broadcast(1.0 / 2));
        T tail = T.FusedMultiplyAdd(r * r, series, r);
        return T.ScaleByPowerOfTwo(T.One + tail, n);
    }

    /// <summary>e^x for x ≤ 708, zero below −708.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T ExpOrZero<T>(T x)
        where T : unmanaged, ISelectingLane<T>
        => T.SelectGreater(T.Broadcast(-708), x, T.Zero, Exp(x));

    /// <summary>
    /// sin x and cos x for |x| ≤ 100, within 1.5 ulp except where the result is below 1e-14 in size (there the
    /// absolute error is below 1e-30). With n = round(2x/π) and r = x − n·π/2 (|r| ≤ π/4), Taylor's series of sin r
    /// and cos r, ended below 2⁻⁵⁷ after r¹⁹/19! and r¹⁸/18!.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos<T>(T x, out T sin, out T cos)
        where T : unmanaged, IElementaryLane<T>
    {
        T n = T.Round(x * T.Broadcast(2 / Math.PI));
        T r = T.FusedMultiplyAdd(-n, T.Broadcast(HalfPiHigh), x);
        r = T.FusedMultiplyAdd(-n, T.Broadcast(HalfPiLow), r);
        T z = r * r;
        T s = T.Broadcast(-1.0 / 121645100408832000);
        s = T.FusedMultiplyAdd(s, z, T.Broadcast(1.0 / 355687428096000));
        s = T.FusedMultiplyAdd(s, z, T.Broadcast(-1.0 / 1307674368000));
        s = T.FusedMultiplyAdd(s, z, T.Broadcast(1.0 / 6227020800));
        s = T.FusedMultiplyAdd(s, z, T.Broadcast(-1.0 / 39916800));
        s = T.FusedMultiplyAdd(s, z, T.Broadcast(1.0 / 362880));
        s = T.FusedMultiplyAdd(s, z, T.Broadcast(-1.0 / 5040));
        s = T.FusedMultiplyAdd(s, z, T.Broadcast(1.0 / 120));
        s = T.FusedMultiplyAdd(s, z, T.Broadcast(-1.0 / 6));
        sin = T.FusedMultiplyAdd(s * z, r, r);
        T c = T.Broadcast(-1.0 / 6402373705728000);
        c = T.FusedMultiplyAdd(c, z, T.Broadcast(1.0 / 20922789888000));
        c = T.FusedMultiplyAdd(c, z, T.Broadcast(-1.0 / 87178291200));
        c = T.FusedMultiplyAdd(c, z, T.Broadcast(1.0 / 479001600));
        c = T.FusedMultiplyAdd(c, z, T.Broadcast(-1.0 / 3628800));
        c = T.FusedMultiplyAdd(c, z, T.Broadcast(1.0 / 40320));
        c = T.FusedMultiplyAdd(c, z, T.Broadcast(-1.0 / 720));
        c = T.FusedMultiplyAdd(c, z, T.Broadcast(1.0 / 24));
        c = T.FusedMultiplyAdd(c, z, T.Broadcast(-1.0 / 2));
        cos = T.FusedMultiplyAdd(c, z, T.One);
        T.RotateByQuadrants(n, ref sin, ref cos);
    }
}
