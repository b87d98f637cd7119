using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LinearTransformers.Numerics;

/// <summary>
/// Single-precision logarithm, sine and cosine for Box–Muller, eight at a time, in a fixed order of correctly
/// rounded operations. Each is tested against double precision on every input that can occur.
/// The coefficients interpolate (ln(1+f) − f + f²/2)/f³, (sin r − r)/r³ and (cos r − 1 + r²/2)/r⁴ at Chebyshev's points.
/// </summary>
internal static class ElementarySingle
{
    private const int MantissaBits = 23;
    private const int ExponentBias = 127;

    /// <summary>The least x with e^x a normal number: ln 2⁻¹²⁶, rounded up.</summary>
    private const float SmallestExponent = -87.33654f;

    /// <summary>The bits of √½, rounded down.</summary>
    private const int SqrtHalfBits = 0x3F3504F3;

    /// <summary>ln x for normal x &gt; 0; within 1 ulp on the multiples of 2⁻²⁴ in (0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x)
    {
        SplitExponent(x, out Vector256<float> f, out Vector256<int> e);
        return Log(f, Vector256.ConvertToSingle(e), Vector256<float>.Zero);
    }

    /// <summary>
    /// ln(1 − y) for y in [0, 1), given y and 1 − y each as a normal number (or y = 0) and a rest below half its ulp:
    /// near y = 0 the small number counts, elsewhere the other. Within 1 ulp. With the number (1 + f)·2^e and
    /// δ = rest·2^−e it is e·ln 2 + ln(1 + f) + δ(1 − f + f²), the factor being 1/(1 + f) to what δ needs.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LogOfComplement(
        Vector256<float> y, Vector256<float> restOfY, Vector256<float> complement, Vector256<float> restOfComplement)
    {
        SplitExponent(complement, out Vector256<float> f, out Vector256<int> e);
        Vector256<float> delta = restOfComplement * ((Vector256.Create(ExponentBias) - e) << MantissaBits).AsSingle();
        Vector256<float> near = Vector256.Equals(e, Vector256<int>.Zero).AsSingle();
        f = Vector256.ConditionalSelect(near, -y, f);
        delta = Vector256.ConditionalSelect(near, -restOfY, delta);
        Vector256<float> slope = Vector256.FusedMultiplyAdd(f, f - Vector256<float>.One, Vector256<float>.One);
        return Log(f, Vector256.ConvertToSingle(e), delta * slope);
    }

    /// <summary>x = (1 + f)·2^e with 1 + f in [√½, √2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitExponent(Vector256<float> x, out Vector256<float> f, out Vector256<int> e)
    {
        Vector256<int> bits = x.AsInt32();
        e = (bits - Vector256.Create(SqrtHalfBits)) >> MantissaBits;
        f = (bits - (e << MantissaBits)).AsSingle() - Vector256<float>.One;
    }

    /// <summary>ln((1 + f)·2^e) + low.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Log(Vector256<float> f, Vector256<float> e, Vector256<float> low)
    {
        Vector256<float> p = Vector256.Create(0.06971611827611923f);
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-0.11479733884334564f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(0.11685419827699661f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-0.12425687164068222f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(0.14249058067798615f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-0.1666780263185501f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(0.20000715553760529f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(-0.2499999701976776f));
        p = Vector256.FusedMultiplyAdd(p, f, Vector256.Create(0.3333333134651184f));

        // e·ln 2 + (f − f²/2 + f³p). The first bits of ln 2 times e are exact; what adding f to them rounds off is put
        // back with the small parts (|e·ln 2| ≥ |f| unless e = 0, when nothing is rounded off).
        Vector256<float> f2 = f * f;
        low = Vector256.FusedMultiplyAdd(e, Vector256.Create(-2.12194440054690582768e-4f), low);
        low = Vector256.FusedMultiplyAdd(f2 * f, p, low);
        low = Vector256.FusedMultiplyAdd(f2, Vector256.Create(-0.5f), low);
        Vector256<float> exact = e * Vector256.Create(0.693359375f);
        Vector256<float> sum = exact + f;
        return sum + ((f - (sum - exact)) + low);
    }

    /// <summary>
    /// e^x for x ≤ 88, within 1 ulp; zero where that is below 2⁻¹²⁶. With n = round(x/ln 2) and r = x − n·ln 2
    /// (|r| ≤ 0.3466), e^x = 2ⁿ·(1 + r + r²/2 + r³/6 + …), ended below 2⁻²⁸ after r⁷/7!.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> x)
    {
        Vector256<float> n = Vector256.Round(x * Vector256.Create(1.44269504f));
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-0.693145752f), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-1.42860682e-6f), r);
        Vector256<float> p = Vector256.Create(1 / 5040f);
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1 / 720f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1 / 120f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1 / 24f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(1 / 6f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(0.5f));
        p = Vector256.FusedMultiplyAdd(r * r, p, r);
        Vector256<int> exponent = Vector256.ConvertToInt32Native(n) + Vector256.Create(ExponentBias);
        Vector256<float> power = (exponent << MantissaBits).AsSingle();
        Vector256<float> result = Vector256.FusedMultiplyAdd(p, power, power);
        return Vector256.ConditionalSelect(Vector256.LessThan(x, Vector256.Create(SmallestExponent)), Vector256<float>.Zero, result);
    }

    /// <summary>
    /// sin x and cos x for |x| ≤ 8, within 1 ulp on the angles of Box–Muller. n = round(2x/π) and
    /// r = x − n·π/2 with π/2 in three parts: angles come within 2⁻²⁶ of its multiples.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos(Vector256<float> x, out Vector256<float> sin, out Vector256<float> cos)
    {
        Vector256<float> n = Vector256.Round(x * Vector256.Create((float)(2 / Math.PI)));
        Vector256<float> r = Vector256.FusedMultiplyAdd(n, Vector256.Create(-1.5707963705062866f), x);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(4.371138828673793e-8f), r);
        r = Vector256.FusedMultiplyAdd(n, Vector256.Create(1.7151245100058819e-15f), r);
        SinCosOfRest(r, Vector256.ConvertToInt32Native(n), out sin, out cos);
    }

    /// <summary>sin and cos of r + n·π/2 for |r| ≤ π/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCosOfRest(Vector256<float> r, Vector256<int> quadrant, out Vector256<float> sin, out Vector256<float> cos)
    {
        Vector256<float> z = r * r;

        Vector256<float> s = Vector256.Create(2.7249925551586784e-06f);
        s = Vector256.FusedMultiplyAdd(s, z, Vector256.Create(-0.00019840087043121457f));
        s = Vector256.FusedMultiplyAdd(s, z, Vector256.Create(0.008333331905305386f));
        s = Vector256.FusedMultiplyAdd(s, z, Vector256.Create(-0.1666666716337204f));
        s = Vector256.FusedMultiplyAdd(s * z, r, r);

        Vector256<float> c = Vector256.Create(2.4547900466131978e-05f);
        c = Vector256.FusedMultiplyAdd(c, z, Vector256.Create(-0.001388830249197781f));
        c = Vector256.FusedMultiplyAdd(c, z, Vector256.Create(0.0416666641831398f));
        c = Vector256.FusedMultiplyAdd(c, z, Vector256.Create(-0.5f));
        c = Vector256.FusedMultiplyAdd(c, z, Vector256<float>.One);

        Vector256<float> odd = Vector256.Equals(quadrant & Vector256<int>.One, Vector256<int>.One).AsSingle();
        Vector256<int> signOfSin = (quadrant & Vector256.Create(2)) << 30;
        Vector256<int> signOfCos = ((quadrant + Vector256<int>.One) & Vector256.Create(2)) << 30;
        sin = (Vector256.ConditionalSelect(odd, c, s).AsInt32() ^ signOfSin).AsSingle();
        cos = (Vector256.ConditionalSelect(odd, s, c).AsInt32() ^ signOfCos).AsSingle();
    }
}
