using LinearTransformers.Experiments;

namespace LinearTransformers.Cli.Output;

/// <summary>A run's progress, shown no more often than need be and counted into that of all runs.</summary>
internal abstract class ThrottledProgress(int total, double cost, TimeSpan interval, TimeProvider clock, OverallProgress overall)
    : IRunProgress
{
    private long _start;
    private long _last;
    private int _first;
    private int _counted;

    /// <summary>Iterations in all.</summary>
    protected int Total { get; } = total;

    public void Report(int iterations, double loss)
    {
        long now = clock.GetTimestamp();
        bool isFirst = _start == 0;
        if (isFirst)
        {
            // A run that is taken up again reports first what was done before.
            (_start, _last, _first) = (now, now, iterations > 1 ? iterations : 0);
        }
        else if (iterations < Total && clock.GetElapsedTime(_last, now) < interval)
        {
            return;
        }

        _last = now;
        overall.Advance(iterations - _counted, cost, isFromBefore: isFirst && _first > 0);
        _counted = iterations;
        double seconds = clock.GetElapsedTime(_start, now).TotalSeconds;
        Show(iterations, loss, seconds > 0 ? (iterations - _first) / seconds : 0, isFirst);
    }

    /// <summary>Shows it.</summary>
    /// <param name="iterations">Done so far.</param>
    /// <param name="loss">The last one.</param>
    /// <param name="rate">Iterations a second in this sitting.</param>
    /// <param name="isFirst">Whether it is the first time.</param>
    protected abstract void Show(int iterations, double loss, double rate, bool isFirst);
}
