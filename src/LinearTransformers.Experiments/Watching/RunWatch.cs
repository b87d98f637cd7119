using System.Diagnostics;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Watching;

/// <summary>
/// Watches runs: those that some folders hold or have below them at each look, so that runs come and go. One that is damaged is among them.
/// </summary>
/// <param name="folders">The folders, which need not be there yet.</param>
/// <param name="withCurves">Whether views have curves, for a <see cref="WatchPage"/>.</param>
public sealed class RunWatch(IReadOnlyList<string> folders, bool withCurves)
{
    /// <summary>Folders are searched so that it takes at most this share of the time.</summary>
    private const double ShareOfSearching = 0.05;

    /// <summary>
    /// So long after a run has ended another may begin in the same folder, as from a loop of commands, before the watch is over.
    /// </summary>
    private static readonly TimeSpan UntilNextRun = TimeSpan.FromSeconds(3);

    private readonly RunFloors _floors = new();
    private readonly Dictionary<string, WatchedRun> _runs = new(StringComparer.Ordinal);
    private IReadOnlyList<string> _paths = [];
    private long _searched;
    private TimeSpan _untilNext;
    private long _lastRunning;
    private bool _hasLooked;

    /// <summary>
    /// Whether there were runs at the last look and nothing more is to come of them; an interrupted one may go on.
    /// </summary>
    public bool IsOver { get; private set; }

    /// <summary>How the runs stand now, in the order of their folders.</summary>
    public IReadOnlyList<RunView> Look()
    {
        IReadOnlyList<RunView> runs = Look(isSearchDue: false);

        // Folders are not searched at every look: a run that came since the last time is looked for before the watch is over.
        if (IsOver)
        {
            runs = Look(isSearchDue: true);
        }

        _hasLooked = true;
        return runs;
    }

    private RunView[] Look(bool isSearchDue)
    {
        Search(isSearchDue);
        long now = Stopwatch.GetTimestamp();

        // A run that comes while others are watched may be over before the next look.
        bool hasCome = _hasLooked && _paths.Any(path => !_runs.ContainsKey(path));
        RunView[] runs = [.. _paths.Select(path => Run(path).Look())];
        if (hasCome || Array.Exists(runs, run => run.Status is WatchStatus.Running))
        {
            _lastRunning = now;
        }

        bool mayFollow = _lastRunning > 0 && Stopwatch.GetElapsedTime(_lastRunning, now) < UntilNextRun
            && folders.Any(folder => !RunDirectory.IsRun(folder));
        IsOver = runs.Length > 0 && Array.TrueForAll(runs, run => run.IsOver) && !mayFollow;
        return runs;
    }

    /// <summary>Waits until the exact floors of the runs are known.</summary>
    /// <param name="stop">Stops the waiting.</param>
    public void WaitForFloors(CancellationToken stop)
    {
        foreach (WatchedRun run in _runs.Values)
        {
            if (run.Floor is { } floor)
            {
                Task.WaitAny([floor], stop);
            }
        }
    }

    private WatchedRun Run(string path)
    {
        if (!_runs.TryGetValue(path, out WatchedRun? run))
        {
            _runs[path] = run = new WatchedRun(path, _floors, withCurves);
        }

        return run;
    }

    private void Search(bool isDue)
    {
        long start = Stopwatch.GetTimestamp();
        if (!isDue && _paths.Count > 0 && Stopwatch.GetElapsedTime(_searched, start) < _untilNext)
        {
            return;
        }

        _paths = RunFolders.FindSoFar(folders);
        _searched = Stopwatch.GetTimestamp();
        _untilNext = Stopwatch.GetElapsedTime(start, _searched) / ShareOfSearching;
        foreach (string gone in _runs.Keys.Except(_paths).ToArray())
        {
            _runs.Remove(gone);
        }
    }
}
