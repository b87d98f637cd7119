namespace LinearTransformers.Experiments.Results;

/// <summary>
/// How far two numbers may lie apart that measure the same thing: twice the standard error of their difference. What a mean
/// is known to is its standard error, not the deviation of the single values that it is the mean of.
/// </summary>
internal static class MeanTolerance
{
    /// <summary>2·√(Σ s²/n) over all that adds to the difference.</summary>
    /// <param name="parts">Independent means by deviation s and number n of their values; a number that is no mean has n = 1.</param>
    public static double Of(params ReadOnlySpan<(double Deviation, int Count)> parts)
    {
        double variance = 0;
        foreach ((double deviation, int count) in parts)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
            variance += deviation * deviation / count;
        }

        return 2 * Math.Sqrt(variance);
    }

    /// <summary>The deviation of what rounding to some decimals leaves off: 10⁻ᵏ/√12, that of a uniform distribution.</summary>
    public static double OfDecimals(int decimals) => Math.Pow(10, -decimals) / Math.Sqrt(12);

    /// <summary>
    /// The most that one of n numbers, none of them negative, can be if they have this mean m and this deviation s (with n − 1):
    /// m + s (n − 1)/√n, and at most n m.
    /// </summary>
    public static double LargestOf(int count, double mean, double deviation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Math.Min(count * mean, mean + (deviation * (count - 1) / Math.Sqrt(count)));
    }
}
