using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

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

    /// <summary>Refuses fewer steps than one, covariances that do not fit a batch, and a batch that lacks what a baseline needs.</summary>
    public static void Fits<T>(Baseline baseline, GramStatistics<T> statistics, int steps, PromptKnowledge? known)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(statistics);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        IsNumber<T>();
        if (known is not null)
        {
            Fits(statistics.Dimension, known.Covariance);
            if (known.TaskCovariance.WhatIsWrong(statistics.Dimension) is { } requirement)
            {
                throw new ArgumentException($"the covariance of tasks is {known.TaskCovariance}: it must be {requirement}", nameof(known));
            }
        }

        string name = Parts.NameOf(baseline);
        if (baseline.NeedsSquares && !statistics.HasSquares)
        {
            throw new ArgumentException(
                $"{name} needs the mean of each prompt's squared labels: make the statistics with hasSquares", nameof(statistics));
        }

        if (baseline.NeedsDeviations && !statistics.HasDeviations)
        {
            throw new ArgumentException(
                $"{name} needs the σ of each prompt's noise: make the statistics with hasDeviations", nameof(statistics));
        }

        if (baseline.Refusal(known ?? PromptKnowledge.Nothing) is { } reason)
        {
            throw new ArgumentException(reason, nameof(known));
        }
    }

    /// <summary>Refuses statistics of which it is not known how many examples they are means over: none were computed.</summary>
    public static void IsComputed<T>(GramStatistics<T> statistics)
        where T : unmanaged
    {
        if (statistics.ContextLength == 0)
        {
            throw new ArgumentException("nothing was computed: the statistics are of no examples", nameof(statistics));
        }
    }
}
