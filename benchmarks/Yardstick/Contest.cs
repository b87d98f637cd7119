using System.Diagnostics;

namespace LinearTransformers.Benchmarks.Yardstick;

/// <summary>
/// Two actions that do the same, in turns: each has its share of a machine's quiet moments, and of each the best call counts.
/// </summary>
internal static class Contest
{
    private const double WarmUp = 2;
    private const double Window = 0.03;
    private const int Rounds = 40;

    /// <summary>Seconds of the best call of each.</summary>
    public static (double First, double Second) Seconds(Action first, Action second)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < WarmUp)
        {
            first();
            second();
        }

        (double First, double Second) best = (double.PositiveInfinity, double.PositiveInfinity);
        for (int round = 0; round < Rounds; round++)
        {
            best = (Math.Min(best.First, Best(first)), Math.Min(best.Second, Best(second)));
        }

        return best;
    }

    private static double Best(Action action)
    {
        double best = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        do
        {
            long begin = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < Window);
        return best;
    }
}
