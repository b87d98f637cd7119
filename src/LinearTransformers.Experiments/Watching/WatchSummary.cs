using System.Globalization;

namespace LinearTransformers.Experiments.Watching;

/// <summary>How watched runs stand, in a few words.</summary>
public static class WatchSummary
{
    private const int MinuteSeconds = 60;
    private const int HourSeconds = 3600;
    private const int DaySeconds = 86_400;
    private const double SlowPace = 10;

    /// <summary>"3 running, 1 finished"; "no run yet" where there is none.</summary>
    public static string Of(IReadOnlyList<RunView> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        IEnumerable<string> counts = runs.GroupBy(run => run.Status).OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {Word(group.Key)}"));
        return runs.Count == 0 ? "no run yet" : string.Join(", ", counts);
    }

    /// <summary>A status in lower case.</summary>
    public static string Word(WatchStatus status) => status.ToString().ToLowerInvariant();

    /// <summary>A time in its two largest units, "2 h 05 min" or "12 s"; null for NaN.</summary>
    public static string? Duration(double seconds)
        => !double.IsFinite(seconds) ? null
            : seconds < MinuteSeconds ? Invariant($"{Math.Ceiling(seconds):0} s")
            : seconds < HourSeconds ? Invariant($"{(int)seconds / MinuteSeconds} min {(int)seconds % MinuteSeconds:00} s")
            : seconds < DaySeconds ? Invariant($"{(int)seconds / HourSeconds} h {(int)seconds % HourSeconds / MinuteSeconds:00} min")
            : Invariant($"{Math.Floor(seconds / DaySeconds):0} d {Math.Floor(seconds % DaySeconds / HourSeconds):00} h");

    /// <summary>Iterations a second, "3120" or "0.52"; null for NaN.</summary>
    public static string? Pace(double iterationsPerSecond)
        => !double.IsFinite(iterationsPerSecond) ? null
            : iterationsPerSecond < SlowPace ? Invariant($"{iterationsPerSecond:G2}") : Invariant($"{iterationsPerSecond:0}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
