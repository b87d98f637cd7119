using System.Globalization;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Sweeps;

namespace LinearTransformers.Cli.Output;

/// <summary>
/// How a sweep comes along, in one line on standard error: drawn over itself on a terminal, written anew now and then otherwise.
/// </summary>
internal sealed class SweepProgressLine(Terminal terminal, TimeProvider clock) : ISweepProgress, IDisposable
{
    private const string ClearLine = "\r\e[K";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LiveInterval = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly OverallProgress _overall = new(clock);
    private readonly Dictionary<PointOutcome, int> _outcomes = [];
    private int _points;
    private int _ended;
    private long _last = clock.GetTimestamp();
    private bool _isShown;

    public void Expect(int points, double cost)
    {
        _points = points;
        _overall.Expect(cost, 1);
    }

    public void Advance(double cost, bool isFromBefore)
    {
        _overall.Advance(cost, 1, isFromBefore);
        Show();
    }

    public void Ended(PointOutcome outcome)
    {
        lock (_lock)
        {
            _outcomes[outcome] = _outcomes.GetValueOrDefault(outcome) + 1;
            _ended++;
        }

        Show();
    }

    public void Dispose()
    {
        if (_isShown && terminal.IsErrorInteractive)
        {
            terminal.Error.Write(ClearLine);
        }
    }

    private void Show()
    {
        lock (_lock)
        {
            long now = clock.GetTimestamp();
            if (clock.GetElapsedTime(_last, now) < (terminal.IsErrorInteractive ? LiveInterval : Interval))
            {
                return;
            }

            (_last, _isShown) = (now, true);
            string others = string.Concat(((PointOutcome[])[PointOutcome.Diverged, PointOutcome.Failed, PointOutcome.Taken])
                .Where(_outcomes.ContainsKey)
                .Select(outcome => $", {_outcomes[outcome]} {outcome.ToString().ToLowerInvariant()}"));
            string left = _overall.Remaining is { } rest ? $", {Duration.Of(rest)} left" : "";
            string line = string.Create(
                CultureInfo.InvariantCulture, $"{_ended} of {Counted.Of(_points, "point")}{others}; {_overall.Share:P0}{left}");
            if (terminal.IsErrorInteractive)
            {
                terminal.Error.Write(ClearLine + line);
            }
            else
            {
                terminal.Error.WriteLine(line);
            }
        }
    }
}
