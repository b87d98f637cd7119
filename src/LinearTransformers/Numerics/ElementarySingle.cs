using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LinearTransformers.Numerics;

/// <summary>
/// Single-precision logarithm, sine and cosine for Box–Muller, and exponential, in a fixed order of correctly
/// rounded operations. Each is tested against double precision on every input that can occur.
/// The coefficients interpolate (ln(1+f) − f + f²/2)/f³, (sin r − r)/r³ and (cos r − 1 + r²/2)/r⁴ at Chebyshev's points.
/// </summary>
internal static class ElementarySingle
{
    private const int MantissaBits = 23;
    private const int ExponentBias = 127;

    /// <summary>The least x with e^x a normal number: ln 2⁻¹²⁶, rounded up.</summary>
    private const float SmallestExponent = -87.33654f;

    /// <summary>ln 2 − 0.693359375.</summary>
    private const float RestOfLn2 = -2.12194440054690582768e-4f;

    /// <summary>The bits of √½, rounded down.</summary>
    private const int SqrtHalfBits = 0x3F3504F3;

    /// <summary>ln x for normal x &gt; 0; within 1 ulp on the multiples of 2⁻²⁴ in (0, 1].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Log(Vector256<float> x) => LogOfScaled<Eight, EightInts>(new Eight(x), 0).Value;

    /// <summary>ln(x·2^−<paramref name="scale"/>) for normal x &gt; 0; within 1 ulp for x = 1, 2, …, 2²⁴ with the scale 24.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles LogOfScaled<TSingles, TInts>(TSingles x, int scale)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        SplitExponent(x, scale, out TSingles f, out TInts e);
        TSingles exponent = TInts.ToSingles(e);
        return Log<TSingles, TInts>(f, exponent, exponent * TSingles.Create(RestOfLn2));
    }

    /// <summary>
    /// ln(1 − y) for y in [0, 1), given y and 1 − y each as a normal number (or y = 0) and a rest below half its ulp:
    /// near y = 0 the small number counts, elsewhere the other. Within 1 ulp. With the number (1 + f)·2^e and
    /// δ = rest·2^−e it is e·ln 2 + ln(1 + f) + δ(1 − f + f²), the factor being 1/(1 + f) to what δ needs.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TSingles LogOfComplement<TSingles, TInts>(TSingles y, TSingles restOfY, TSingles complement, TSingles restOfComplement)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        SplitExponent(complement, 0, out TSingles f, out TInts e);
        TSingles delta = restOfComplement * TInts.AsSingles((TInts.Create(ExponentBias) - e) << MantissaBits);
        TInts near = TInts.AreEqual(e, TInts.Create(0));
        TInts negative = TInts.Create(int.MinValue);
        f = TSingles.ChooseBySign(near, TInts.AsSingles(TSingles.Bits(y) ^ negative), f);
        delta = TSingles.ChooseBySign(near, TInts.AsSingles(TSingles.Bits(restOfY) ^ negative), delta);
        TSingles slope = TSingles.FusedMultiplyAdd(f, f - TSingles.Create(1), TSingles.Create(1));
        TSingles exponent = TInts.ToSingles(e);
        return Log<TSingles, TInts>(f, exponent, TSingles.FusedMultiplyAdd(exponent, TSingles.Create(RestOfLn2), delta * slope));
    }

    /// <summary>x·2^−scale = (1 + f)·2^e with 1 + f in [√½, √2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SplitExponent<TSingles, TInts>(TSingles x, int scale, out TSingles f, out TInts e)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        TInts bits = TSingles.Bits(x) + TInts.Create(-SqrtHalfBits - (scale << MantissaBits));
        e = bits >> MantissaBits;
        f = TInts.AsSingles((bits & TInts.Create((1 << MantissaBits) - 1)) + TInts.Create(SqrtHalfBits)) - TSingles.Create(1);
    }

    /// <summary>e·0.693359375 + ln(1 + f) + low, where low holds the rest of e·ln 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TSingles Log<TSingles, TInts>(TSingles f, TSingles e, TSingles low)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        TSingles p = TSingles.Create(0.06971611827611923f);
        p = TSingles.FusedMultiplyAdd(p, f, TSingles.Create(-0.11479733884334564f));
        p = TSingles.FusedMultiplyAdd(p, f, TSingles.Create(0.11685419827699661f));
        p = TSingles.FusedMultiplyAdd(p, f, TSingles.Create(-0.12425687164068222f));
        p = TSingles.FusedMultiplyAdd(p, f, TSingles.Create(0.14249058067798615f));
        p = TSingles.FusedMultiplyAdd(p, f, TSingles.Create(-0.1666780263185501f));
        p = TSingles.FusedMultiplyAdd(p, f, TSingles.Create(0.20000715553760529f));
        p = TSingles.FusedMultiplyAdd(p, f, TSingles.Create(-0.2499999701976776f));
        p = TSingles.FusedMultiplyAdd(p, f, TSingles.Create(0.3333333134651184f));

        // e·ln 2 + (f − f²/2 + f³p). The first bits of ln 2 times e are exact; what adding f to them rounds off is put
        // back with the small parts (|e·ln 2| ≥ |f| unless e = 0, when nothing is rounded off).
        TSingles f2 = f * f;
        low = TSingles.FusedMultiplyAdd(f2 * f, p, low);
        low = TSingles.FusedMultiplyAdd(f2, TSingles.Create(-0.5f), low);
        TSingles exact = e * TSingles.Create(0.693359375f);
        TSingles sum = exact + f;
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

    /// <summary>The same for sixteen: in two halves the JIT would join them through memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        Vector512<float> n = Vector512.Round(x * Vector512.Create(1.44269504f));
        Vector512<float> r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693145752f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-1.42860682e-6f), r);
        Vector512<float> p = Vector512.Create(1 / 5040f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 720f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 120f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 24f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1 / 6f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(0.5f));
        p = Vector512.FusedMultiplyAdd(r * r, p, r);
        Vector512<int> exponent = Vector512.ConvertToInt32Native(n) + Vector512.Create(ExponentBias);
        Vector512<float> power = (exponent << MantissaBits).AsSingle();
        Vector512<float> result = Vector512.FusedMultiplyAdd(p, power, power);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(SmallestExponent)), Vector512<float>.Zero, result);
    }

    /// <summary>
    /// sin x and cos x for |x| ≤ 8, within 1 ulp on the angles of Box–Muller. n = round(2x/π) and
    /// r = x − n·π/2 with π/2 in three parts: angles come within 2⁻²⁶ of its multiples.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCos<TSingles, TInts>(TSingles x, out TSingles sin, out TSingles cos)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        TSingles n = TSingles.Round(x * TSingles.Create((float)(2 / Math.PI)));
        TSingles r = TSingles.FusedMultiplyAdd(n, TSingles.Create(-1.5707963705062866f), x);
        r = TSingles.FusedMultiplyAdd(n, TSingles.Create(4.371138828673793e-8f), r);
        r = TSingles.FusedMultiplyAdd(n, TSingles.Create(1.7151245100058819e-15f), r);
        SinCosOfRest(r, TSingles.ToInts(n), out sin, out cos);
    }

    /// <summary>sin and cos of r + n·π/2 for |r| ≤ π/4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SinCosOfRest<TSingles, TInts>(TSingles r, TInts quadrant, out TSingles sin, out TSingles cos)
        where TSingles : unmanaged, ISingles<TSingles, TInts>
        where TInts : unmanaged, IInts<TInts, TSingles>
    {
        TSingles z = r * r;

        TSingles s = TSingles.Create(2.7249925551586784e-06f);
        s = TSingles.FusedMultiplyAdd(s, z, TSingles.Create(-0.00019840087043121457f));
        s = TSingles.FusedMultiplyAdd(s, z, TSingles.Create(0.008333331905305386f));
        s = TSingles.FusedMultiplyAdd(s, z, TSingles.Create(-0.1666666716337204f));
        s = TSingles.FusedMultiplyAdd(s * z, r, r);

        TSingles c = TSingles.Create(2.4547900466131978e-05f);
        c = TSingles.FusedMultiplyAdd(c, z, TSingles.Create(-0.001388830249197781f));
        c = TSingles.FusedMultiplyAdd(c, z, TSingles.Create(0.0416666641831398f));
        c = TSingles.FusedMultiplyAdd(c, z, TSingles.Create(-0.5f));
        c = TSingles.FusedMultiplyAdd(c, z, TSingles.Create(1f));

        // In the highest bits: whether the quadrant is odd, and the signs of sine (its second bit) and cosine (the two bits differ).
        TInts odd = quadrant << 31;
        TInts second = quadrant << 30;
        TInts sign = TInts.Create(int.MinValue);
        sin = TInts.AsSingles(TSingles.Bits(TSingles.ChooseBySign(odd, c, s)) ^ (second & sign));
        cos = TInts.AsSingles(TSingles.Bits(TSingles.ChooseBySign(odd, s, c)) ^ ((second ^ odd) & sign));
    }
}
