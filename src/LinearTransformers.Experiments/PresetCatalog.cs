using LinearTransformers.Settings;

namespace LinearTransformers.Experiments;

/// <summary>The presets of all experiments.</summary>
public static class PresetCatalog
{
    /// <summary>All presets, in the order of the experiments.</summary>
    public static IReadOnlyList<Preset> All { get; } = [.. ExperimentCatalog.All.SelectMany(experiment => experiment.Presets)];

    /// <summary>The preset of a name; null if there is none.</summary>
    public static Preset? Find(string name) => All.FirstOrDefault(preset => preset.Name == name);

    /// <summary>"; did you mean …?", or nothing.</summary>
    public static string Suggestion(string name) => Spelling.Suggestion(name, All.Select(preset => preset.Name));
}
