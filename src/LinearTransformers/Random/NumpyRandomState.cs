using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>
/// NumPy's legacy <c>RandomState</c>, draw for draw, as far as the published code uses it:
/// <c>np.random.seed(seed)</c> followed by <c>np.random.gamma</c>.
/// </summary>
internal sealed class NumpyRandomState
{
    private readonly MersenneTwister _engine = new(0);
    private double? _secondOfPair;

    public NumpyRandomState(uint seed) => Seed(seed);

    public MersenneTwister Engine => _engine;

    /// <summary>The normal that the last pair left over for the next one, if any.</summary>
    public double? SecondOfPair
    {
        get => _secondOfPair;
        set => _secondOfPair = value;
    }

    public void Seed(uint seed)
    {
        _engine.Seed(seed);
        _secondOfPair = null;
    }

    /// <summary>
    /// Gamma(shape, scale) variates, shape ≥ 0. Shape 1 is exponential; below 1 the rejection of Ahrens and Dieter
    /// (1974); above 1 that of Marsaglia and Tsang (2000).
    /// </summary>
    public double NextGamma(double shape, double scale) => scale * StandardGamma(shape);

    private double StandardGamma(double shape)
    {
        if (shape == 1)
        {
            return StandardExponential();
        }

        if (shape == 0)
        {
            return 0;
        }

        return shape < 1 ? StandardGammaBelowOne(shape) : StandardGammaAboveOne(shape);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double StandardGammaBelowOne(double shape)
    {
        while (true)
        {
            double u = NextDouble();
            double v = StandardExponential();
            if (u <= 1 - shape)
            {
                double x = Power(u, 1 / shape);
                if (x <= v)
                {
                    return x;
                }
            }
            else
            {
                double y = -Elementary.Log((1 - u) / shape);
                double x = Power(1 - shape + shape * y, 1 / shape);
                if (x <= v + y)
                {
                    return x;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double StandardGammaAboveOne(double shape)
    {
        double b = shape - 1.0 / 3;
        double c = 1 / Math.Sqrt(9 * b);
        while (true)
        {
            double x, v;
            do
            {
                x = NextNormal();
                v = 1 + c * x;
            }
            while (v <= 0);

            v = v * v * v;
            double u = NextDouble();
            if (u < 1 - 0.0331 * (x * x) * (x * x))
            {
                return b * v;
            }

            // ln 0 = −∞ passes, as in C.
            if (u == 0 || Elementary.Log(u) < 0.5 * x * x + b * (1 - v + Elementary.Log(v)))
            {
                return b * v;
            }
        }
    }

    private double StandardExponential() => -Elementary.Log(1 - NextDouble());

    private static double Power(double x, double y) => x == 0 ? 0 : Elementary.Pow(x, y);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double NextNormal()
    {
        if (_secondOfPair is { } waiting)
        {
            _secondOfPair = null;
            return waiting;
        }

        double x1, x2, r2;
        do
        {
            x1 = 2 * NextDouble() - 1;
            x2 = 2 * NextDouble() - 1;
            r2 = x1 * x1 + x2 * x2;
        }
        while (r2 is >= 1 or 0);

        double f = Math.Sqrt(-2 * Elementary.Log(r2) / r2);
        _secondOfPair = f * x1;
        return f * x2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double NextDouble()
    {
        uint a = _engine.Next() >> 5;
        uint b = _engine.Next() >> 6;
        return (a * 67108864.0 + b) / 9007199254740992.0;
    }
}
