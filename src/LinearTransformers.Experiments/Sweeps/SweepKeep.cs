using System.Globalization;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>How much of a run a sweep keeps: its last parameters, some along its way, or its history as train does.</summary>
public static class SweepKeep
{
    /// <summary>The name of the option.</summary>
    public const string Option = "keep";

    /// <summary>Enough to see the least test loss of a run that gets worse, and little beside the rest of its folder.</summary>
    public const int Usual = 10;

    private const string Last = "last";
    private const string History = "history";

    /// <summary>From the text of a command line.</summary>
    /// <exception cref="SettingException">It is none.</exception>
    public static int? Parse(string text) => text switch
    {
        History => null,
        Last => 1,
        _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1
            ? count
            : throw new SettingException(Option, text, $"{Last}, {History} or a number of snapshots"),
    };

    /// <summary>As a command line says it.</summary>
    public static string Text(int? keep) => keep switch
    {
        null => History,
        1 => Last,
        { } count => count.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A run's settings that keep so much.</summary>
    public static TrainingSettings In(TrainingSettings settings, int? keep)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return keep is { } count
            ? settings with { HistoryStride = (int)Math.Max(1, (settings.MaxIterations + (long)count - 1) / count) }
            : settings;
    }
}
