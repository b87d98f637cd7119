using System.Globalization;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>A run of a sweep as the table has it.</summary>
/// <param name="Point">The point.</param>
/// <param name="Status">finished, diverged, running, unfinished, new, damaged or failed.</param>
/// <param name="Score">How it ended; null where it has not.</param>
/// <param name="Seconds">Seconds spent on it so far; NaN where nothing is recorded.</param>
/// <param name="Problem">What is wrong with it, in a line; null where nothing is.</param>
public sealed record SweepRow(SweepPoint Point, string Status, PointScore? Score, double Seconds, string? Problem)
{
    /// <summary>Of a run that has all its iterations.</summary>
    public const string Finished = "finished";

    /// <summary>Of a run that cannot go on.</summary>
    public const string Diverged = "diverged";

    /// <summary>Of a run that a process is at.</summary>
    public const string Running = "running";

    /// <summary>Of a run that was stopped, and goes on.</summary>
    public const string Unfinished = "unfinished";

    /// <summary>Of a run that was not begun.</summary>
    public const string New = "new";

    /// <summary>Of a run whose folder cannot be read.</summary>
    public const string Damaged = "damaged";

    /// <summary>Of a run that could not be run.</summary>
    public const string Failed = "failed";

    /// <summary>All, in the order in which they are counted.</summary>
    public static IReadOnlyList<string> Statuses { get; } = [Finished, Diverged, Failed, Damaged, Running, Unfinished, New];

    /// <summary>How many there are of each: "12 finished, 1 diverged"; others than <see cref="Statuses"/> come last.</summary>
    public static string Counts(IEnumerable<string> statuses)
        => string.Join(", ", statuses.GroupBy(status => status).OrderBy(group => Place(group.Key))
            .Select(group => $"{group.Count().ToString(CultureInfo.InvariantCulture)} {group.Key}"));

    private static int Place(string status)
    {
        int place = Statuses.ToList().IndexOf(status);
        return place < 0 ? Statuses.Count : place;
    }
}
