using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>Settings of runs under the names of the options that set them.</summary>
internal static class RunSettings
{
    /// <summary>What a run has where others have a setting that none of its parts has.</summary>
    private const string NotThere = "–";

    /// <summary>For each run by name, in the configuration's order; each has all names that any has.</summary>
    public static IReadOnlyDictionary<string, string>[] Of(IEnumerable<TrainingSettings> runs)
    {
        Dictionary<string, string>[] all =
            [.. runs.Select(settings => SettingNames.Texts(settings).ToDictionary(pair => pair.Name, pair => pair.Text))];
        string[] names = [.. all.SelectMany(one => one.Keys).Distinct()];
        return [.. all.Select(one => names.ToDictionary(name => name, name => one.GetValueOrDefault(name, NotThere)))];
    }

    /// <summary>
    /// The names of those in which some differ. A setting of a part that only some have says no more than the part, where it is the same
    /// for all of these.
    /// </summary>
    public static string[] Varying(IReadOnlyList<IReadOnlyDictionary<string, string>> all)
        => all.Count == 0 ? []
            : [.. all[0].Keys.Where(name => all.Select(one => one[name]).Where(value => value != NotThere).Distinct().Count() > 1)];

    /// <summary>Settings but for the seeds.</summary>
    public static TrainingSettings WithoutSeeds(TrainingSettings settings)
        => settings with { Seed = 0, DataSeed = settings.DataSeed is null ? null : 0 };
}
