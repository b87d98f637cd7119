namespace LinearTransformers.Random;

/// <summary>
/// What Marsaglia and Tsang's method needs of a gamma variable's shape a: d = a − 1/3 and c = 1/√(9d), where a try x, u is accepted if
/// ln u &lt; −z, and what shows this without logarithms. With t = c x
/// <code>
/// z = −x²/2 − d (1 − v + ln v) = (c²/12) x⁴ g(t),    g(t) = 4 ∫₀¹ s³/(1 + ts) ds
/// </code>
/// which is below (c²/6) x⁴ for t &gt; −½. Since 1 − z ≤ e^−z, u &lt; 1 − (c²/6) x⁴ suffices there; a margin above what rounding can do to
/// the logarithms makes the answer theirs.
/// </summary>
internal readonly struct GammaShape
{
    /// <param name="shape">a, at least ½.</param>
    public GammaShape(double shape)
    {
        double d = shape - (1.0 / 3);
        double c = 1 / Math.Sqrt(9 * d);
        D = (float)d;
        C = (float)c;
        Least = (float)(-0.5 / c);
        Slope = (float)(-c * c / 6);
        Limit = (float)(1 - 3e-5 - (1e-5 * Math.Sqrt(d)));
    }

    /// <summary>d.</summary>
    public readonly float D;

    /// <summary>c.</summary>
    public readonly float C;

    /// <summary>The x above which t &gt; −½.</summary>
    public readonly float Least;

    /// <summary>−c²/6.</summary>
    public readonly float Slope;

    /// <summary>1 less the margin.</summary>
    public readonly float Limit;
}
