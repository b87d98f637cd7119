namespace LinearTransformers.Tests.Statistics;

/// <summary>
/// Statistical tests of samples with fixed seeds: what they let pass is five standard errors, or a Kolmogorov–Smirnov distance that a right
/// distribution exceeds once in a million.
/// </summary>
internal static class SampleTests
{
    private const double StandardErrors = 5;

    /// <summary>√n D is above this once in a million: 2 exp(−2 x²) = 1e-6.</summary>
    private const double CriticalDistance = 2.694;

    public static void AssertMoments(double[] sample, double mean, double variance, double skewness, double kurtosis)
    {
        double deviation = Math.Sqrt(variance);
        AssertMean(sample, x => (x - mean) / deviation, 0);
        AssertMean(sample, x => Math.Pow((x - mean) / deviation, 2), 1);
        AssertMean(sample, x => Math.Pow((x - mean) / deviation, 3), skewness);
        AssertMean(sample, x => Math.Pow((x - mean) / deviation, 4), kurtosis);
    }

    /// <summary>The mean of a function of the sample, within five of the sample's own standard errors.</summary>
    public static void AssertMean<T>(IReadOnlyCollection<T> sample, Func<T, double> of, double expected)
    {
        double[] values = [.. sample.Select(of)];
        double mean = values.Average();
        double error = Math.Sqrt(values.Average(x => (x - mean) * (x - mean)) / values.Length);
        Assert.True(Math.Abs(mean - expected) <= StandardErrors * error, $"mean {mean:R} ± {error:G3}, expected {expected:R}");
    }

    /// <summary>Kolmogorov and Smirnov's distance from a distribution function.</summary>
    public static void AssertDistribution(double[] sample, Func<double, double> distribution)
    {
        double[] sorted = [.. sample.Order()];
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double expected = distribution(sorted[i]);
            distance = Math.Max(distance,
                Math.Max(Math.Abs(expected - ((double)i / sorted.Length)), Math.Abs(((i + 1.0) / sorted.Length) - expected)));
        }

        double scaled = distance * Math.Sqrt(sorted.Length);
        Assert.True(scaled < CriticalDistance, $"√n D = {scaled:0.00}");
    }

    /// <summary>The same between two samples.</summary>
    public static void AssertSameDistribution(double[] a, double[] b)
    {
        double[] x = [.. a.Order()];
        double[] y = [.. b.Order()];
        double distance = 0;
        for (int i = 0, j = 0; i < x.Length && j < y.Length;)
        {
            double value = Math.Min(x[i], y[j]);
            for (; i < x.Length && x[i] <= value; i++)
            {
            }

            for (; j < y.Length && y[j] <= value; j++)
            {
            }

            distance = Math.Max(distance, Math.Abs(((double)i / x.Length) - ((double)j / y.Length)));
        }

        double scaled = distance * Math.Sqrt((double)x.Length * y.Length / (x.Length + y.Length));
        Assert.True(scaled < CriticalDistance, $"√n D = {scaled:0.00}");
    }

    public static double NormalDistribution(double x)
    {
        double tail = 0.5 * RegularizedUpperGamma(0.5, x * x / 2);
        return x >= 0 ? 1 - tail : tail;
    }

    public static double ChiSquareDistribution(double x, int degrees) => 1 - RegularizedUpperGamma(degrees / 2.0, x / 2);

    /// <summary>Stirling's series, from x + 10 down.</summary>
    public static double LogGamma(double x)
    {
        double shift = 0;
        for (; x < 10; x++)
        {
            shift -= Math.Log(x);
        }

        double inverse = 1 / (x * x);
        return shift + ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI))
            + ((1 / x) * ((1.0 / 12) - (inverse * ((1.0 / 360) - (inverse / 1260)))));
    }

    /// <summary>Q(a, x): the series of P below a + 1, the continued fraction above.</summary>
    private static double RegularizedUpperGamma(double a, double x)
    {
        if (x <= 0)
        {
            return 1;
        }

        double front = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        if (x < a + 1)
        {
            double term = 1 / a;
            double sum = term;
            for (int n = 1; n < 2000 && term > 1e-17 * sum; n++)
            {
                term *= x / (a + n);
                sum += term;
            }

            return 1 - (front * sum);
        }

        double b = x + 1 - a;
        double c = 1e300;
        double d = 1 / b;
        double h = d;
        for (int i = 1; i < 2000; i++)
        {
            double an = -i * (i - a);
            b += 2;
            d = 1 / ((an * d) + b);
            c = b + (an / c);
            h *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-16)
            {
                break;
            }
        }

        return front * h;
    }
}
