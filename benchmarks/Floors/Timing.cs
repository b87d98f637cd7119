using System.Diagnostics;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>Times of short actions: the least of several rounds, which is what a machine shared with others can say best.</summary>
internal static class Timing
{
    private const int Rounds = 15;
    private const double SecondsARound = 0.06;

    /// <summary>Seconds a call, at the best of the rounds, after the JIT has had its time.</summary>
    public static double SecondsOf(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        int calls = 0;
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < SecondsARound || calls < 40)
        {
            action();
            calls++;
        }

        double best = double.PositiveInfinity;
        for (int round = 0; round < Rounds; round++)
        {
            start = Stopwatch.GetTimestamp();
            calls = 0;
            double elapsed;
            do
            {
                action();
                calls++;
                elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
            while (elapsed < SecondsARound);
            best = Math.Min(best, elapsed / calls);
        }

        return best;
    }
}
