using System.Globalization;

namespace LinearTransformers.Cli.Output;

/// <summary>Times as people say them.</summary>
internal static class Duration
{
    /// <summary>"12 s", "3 min 20 s", "2 h 5 min", "3 days 4 h".</summary>
    public static string Of(TimeSpan time)
        => time.TotalDays >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} {(time.TotalDays < 2 ? "day" : "days")} {time.Hours} h")
            : time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Hours} h {time.Minutes} min")
            : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(
                CultureInfo.InvariantCulture, $"{(time.TotalSeconds < 10 ? Math.Round(time.TotalSeconds, 1) : time.Seconds)} s");
}
