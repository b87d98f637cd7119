using System.Diagnostics;

namespace LinearTransformers.Cli.Output;

/// <summary>How far all runs together have come, and how long the rest will take at the pace so far.</summary>
internal sealed class OverallProgress(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private double _total;
    private double _done;
    private double _doneAtStart;
    private long _start;

    /// <summary>Runs that are to be made.</summary>
    public int Runs { get; private set; }

    /// <summary>The share that is done, from 0 to 1.</summary>
    public double Share
    {
        get
        {
            lock (_lock)
            {
                return _total > 0 ? _done / _total : 0;
            }
        }
    }

    /// <summary>The rest at the pace so far; null before there is a pace.</summary>
    public TimeSpan? Remaining
    {
        get
        {
            lock (_lock)
            {
                double pace = _start == 0 ? 0 : (_done - _doneAtStart) / clock.GetElapsedTime(_start).TotalSeconds;
                return pace > 0 ? TimeSpan.FromSeconds((_total - _done) / pace) : null;
            }
        }
    }

    /// <summary>A run of so many iterations that cost so much each is to be made.</summary>
    public void Expect(double iterations, double cost)
    {
        lock (_lock)
        {
            Runs++;
            _total += iterations * cost;
        }
    }

    /// <summary>So many more iterations are done; what earlier sittings did says nothing about the pace.</summary>
    public void Advance(double iterations, double cost, bool isFromBefore)
    {
        lock (_lock)
        {
            if (_start == 0)
            {
                _start = clock.GetTimestamp();
            }

            _done += iterations * cost;
            _doneAtStart += isFromBefore ? iterations * cost : 0;
            Debug.Assert(_done <= _total * (1 + 1e-9), "no more can be done than was expected");
        }
    }
}
