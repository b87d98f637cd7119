using System.Globalization;
using System.Text.Json;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Output;

/// <summary>Runs as lines of text and as JSON.</summary>
internal static class RunTable
{
    /// <summary>A line for each run, the settings that tell it apart at its end.</summary>
    public static void Write(TextWriter writer, IReadOnlyList<RunSummary> runs)
    {
        IReadOnlyList<SettingDifference> different = Differences(runs);
        List<string[]> rows = [["run", "status", "iterations", "final loss", "seconds", "settings that differ, defaults left out"]];
        foreach (RunSummary run in runs)
        {
            rows.Add(run.Directory is { } directory
                ? [run.Path, run.Status, FormattableString.Invariant($"{directory.Iteration}/{directory.Settings.MaxIterations}"),
                    Loss(directory), directory.Seconds.ToString("0.0", CultureInfo.InvariantCulture),
                        SettingsOf(Apart(run, runs, different), different)]
                : [run.Path, run.Status, "", "", "", run.Problem!]);
        }

        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
        {
            // Numbers stand at the right of their columns.
            writer.WriteLine(string.Join(
                "  ", row.Select((text, column) => column is 2 or 3 or 4 ? text.PadLeft(widths[column]) : text.PadRight(widths[column])))
                    .TrimEnd());
        }
    }

    /// <summary>
    /// How a run stands and its settings, as properties within a JSON object; the same ones whatever runs there are besides,
    /// null where something is not known.
    /// </summary>
    /// <param name="json">The object.</param>
    /// <param name="run">The run.</param>
    /// <param name="runs">It and those beside it.</param>
    public static void WriteJson(Utf8JsonWriter json, RunSummary run, IReadOnlyList<RunSummary> runs)
    {
        RunDirectory? directory = run.Directory;
        json.WriteString("path", run.Path);
        json.WriteString("status", run.Status);
        json.WriteString("problem", run.Problem);
        json.WriteString("writer", run.Writer?.ToString());
        JsonLines.WriteNumber(json, "iterations", directory?.Iteration);
        JsonLines.WriteNumber(json, "maxIterations", directory?.Settings.MaxIterations);
        LogLineJson.WriteNumber(json, "finalLoss", directory?.LastLoss ?? double.NaN);
        LogLineJson.WriteNumber(json, "seconds", directory is null ? double.NaN : Math.Round(directory.Seconds, 3));
        json.WriteStartArray("differs");
        foreach (SettingDifference different in directory is null ? [] : Differences(runs))
        {
            json.WriteStringValue(different.Name);
        }

        json.WriteEndArray();
        JsonLines.Embed(json, "settings", directory is null ? null : SettingsJson.Write(directory.Settings));
    }

    public static IReadOnlyList<SettingDifference> Differences(IReadOnlyList<RunSummary> runs)
        => SettingDifference.Between([.. Whole(runs).Select(run => run.Directory!.Settings)]);

    public static string Loss(RunDirectory directory)
        => double.IsNaN(directory.LastLoss) ? "" : directory.LastLoss.ToString("G6", CultureInfo.InvariantCulture);

    private static string SettingsOf(IEnumerable<(string Name, string Value)> apart, IReadOnlyList<SettingDifference> different)
    {
        string settings = string.Join(", ", apart.Select(pair => $"{pair.Name} {pair.Value}"));
        return settings.Length > 0 || different.Count == 0 ? settings : "defaults";
    }

    private static IEnumerable<RunSummary> Whole(IReadOnlyList<RunSummary> runs) => runs.Where(run => run.Directory is not null);

    private static IEnumerable<(string Name, string Value)> Apart(
        RunSummary run, IReadOnlyList<RunSummary> runs, IReadOnlyList<SettingDifference> different)
    {
        int index = Whole(runs).TakeWhile(other => other != run).Count();
        if (run.Directory is null)
        {
            return [];
        }

        HashSet<string> unusual = [.. SettingDifference.Between(new TrainingSettings(), run.Directory.Settings).Select(one => one.Name)];
        return different.Where(one => unusual.Contains(one.Name)).Select(one => (one.Name, one.Values[index]));
    }
}
