using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Baselines;

/// <summary>Whether what a baseline is given has its dimension.</summary>
internal static class BatchCheck
{
    /// <summary>Refuses numbers that no batch is kept in.</summary>
    public static void IsNumber<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"baselines are computed in float or double, not {typeof(T)}");
        }
    }

    public static void Fits<T>(int dimension, GramStatistics<T> statistics)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(statistics);
        if (statistics.Dimension != dimension)
        {
            throw new ArgumentException(
                $"prompts of dimension {statistics.Dimension} do not fit a baseline of dimension {dimension}", nameof(statistics));
        }
    }

    public static void Fits(int dimension, Covariance? covariance)
    {
        if (covariance is not null && covariance.Dimension != dimension)
        {
            throw new ArgumentException(
                $"a covariance of dimension {covariance.Dimension} does not fit a baseline of dimension {dimension}", nameof(covariance));
        }
    }

    /// <summary>Refuses fewer steps than one, and a covariance that does not fit a batch.</summary>
    public static void Fits<T>(GramStatistics<T> statistics, int steps, Covariance? covariance)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        Fits(statistics.Dimension, covariance);
    }
}
