namespace LinearTransformers.Training;

/// <summary>Which iterations of a run are kept in its history, and which in its log.</summary>
internal static class RecordedIterations
{
    /// <summary>The iterations at which a run that has come so far has taken snapshots.</summary>
    public static IEnumerable<long> Snapshots(TrainingSettings settings, long iteration, RunStatus status)
        => Multiples(settings.HistoryStride, iteration).Concat(status is RunStatus.Unfinished ? [] : [iteration]);

    /// <summary>
    /// Whether an iteration is logged: the first five, each multiple of <see cref="TrainingSettings.LogEvery"/>, and the last, whose loss
    /// is the run's final one.
    /// </summary>
    public static bool IsLogged(TrainingSettings settings, long iteration)
        => IsOnSchedule(settings, iteration) || iteration == settings.MaxIterations - 1;

    /// <summary>Whether an iteration is logged for being the last only: runs of version 1 have no such line.</summary>
    public static bool IsLoggedAsTheLast(TrainingSettings settings, long iteration)
        => iteration == settings.MaxIterations - 1 && !IsOnSchedule(settings, iteration);

    /// <summary>The iterations that a run that has come so far has logged, but for one that <see cref="IsLoggedAsTheLast"/>.</summary>
    public static IEnumerable<long> Logged(TrainingSettings settings, long iteration, RunStatus status)
        => Enumerable.Range(0, (int)Math.Min(5, iteration)).Select(t => (long)t)
            .Concat(Multiples(settings.LogEvery, iteration).Where(t => t >= 5))
            .Concat(status is RunStatus.Diverged && iteration < settings.MaxIterations ? [iteration] : []);

    /// <summary>Whether a run of a status can have come so far: a run may diverge anywhere, in its last step too.</summary>
    public static bool CanBe(TrainingSettings settings, long iteration, RunStatus status) => status switch
    {
        RunStatus.Unfinished => iteration < settings.MaxIterations,
        RunStatus.Finished => iteration == settings.MaxIterations,
        _ => true,
    };

    private static bool IsOnSchedule(TrainingSettings settings, long iteration) => iteration < 5 || iteration % settings.LogEvery == 0;

    /// <summary>0, step, 2 step, … below an end.</summary>
    private static IEnumerable<long> Multiples(int step, long end)
    {
        for (long t = 0; t < end; t += step)
        {
            yield return t;
        }
    }
}
