using System.Text.Json;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>Runs that differ in nothing but their seeds: one curve.</summary>
/// <param name="Label">What sets the group apart from the others, in published names.</param>
/// <param name="Runs">The runs.</param>
internal sealed record RunGroup(string Label, IReadOnlyList<LoadedRun> Runs)
{
    public TrainingSettings Settings => Runs[0].Settings;

    /// <summary>The published test batch of these settings; a rotated covariance is each run's own.</summary>
    public static GramStatistics<float> TestBatch(LoadedRun run) => FreshPrompts.Statistics(run.Settings, run.Run.History.Covariance);

    /// <summary>The multiples of a stride that all histories hold.</summary>
    /// <exception cref="PlotException">There are none but the first.</exception>
    public int[] Every(int stride)
    {
        int[] common = [.. Runs.Select(run => run.Iterations.Where(t => t % stride == 0)).Aggregate((a, b) => a.Intersect(b)).Order()];
        return common.Length > 1
            ? common
            : throw new PlotException($"{Runs[0].Path}: its history holds no two multiples of {stride} iterations (hist-stride {Settings.HistoryStride}); choose another --every");
    }

    /// <summary>Groups in the order of their first runs.</summary>
    public static IReadOnlyList<RunGroup> Of(IReadOnlyList<LoadedRun> runs)
    {
        List<LoadedRun>[] groups = [.. runs.GroupBy(run => WithoutSeeds(run.Settings)).Select(group => group.ToList())];
        string[] labels = Labels([.. groups.Select(group => WithoutSeeds(group[0].Settings))]);
        return [.. groups.Select((group, i) => new RunGroup(
            (labels[i].Length > 0 ? labels[i] : Name(group[0].Settings)) + (group.Count > 1 && groups.Length == 1 ? $" (mean of {group.Count} seeds)" : ""), group))];
    }

    private static TrainingSettings WithoutSeeds(TrainingSettings settings)
        => settings with { Seed = 0, DataSeed = settings.DataSeed == settings.Seed ? 0 : settings.DataSeed };

    private static string Name(TrainingSettings settings) => JsonNamingPolicy.KebabCaseLower.ConvertName(settings.Algorithm.ToString());

    /// <summary>For each the settings in which it differs from another.</summary>
    private static string[] Labels(IReadOnlyList<TrainingSettings> settings)
    {
        Dictionary<string, string>[] all = [.. settings.Select(Properties)];
        string[] different = [.. all[0].Keys.Where(key => all.Any(one => one[key] != all[0][key]))];
        return [.. all.Select(one => string.Join(", ", different.Select(key => $"{key} {one[key]}")))];
    }

    private static Dictionary<string, string> Properties(TrainingSettings settings)
    {
        using JsonDocument json = JsonDocument.Parse(SettingsJson.Write(settings));
        return json.RootElement.EnumerateObject().ToDictionary(
            property => property.Name, property => property.Value.ValueKind is JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText());
    }
}
