using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Baselines;

/// <summary>Whether what a baseline is given has its dimension.</summary>
internal static class BatchCheck
{
    public static void Fits<T>(int dimension, GramStatistics<T> statistics)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(statistics);
        if (statistics.Dimension != dimension)
        {
            throw new ArgumentException($"prompts of dimension {statistics.Dimension} do not fit a baseline of dimension {dimension}", nameof(statistics));
        }
    }

    public static void Fits(int dimension, Covariance? covariance)
    {
        if (covariance is not null && covariance.Dimension != dimension)
        {
            throw new ArgumentException($"a covariance of dimension {covariance.Dimension} does not fit a baseline of dimension {dimension}", nameof(covariance));
        }
    }
}
