using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>A run's settings under the names of the options that set them.</summary>
internal static class RunSettings
{
    /// <summary>By name, in the configuration's order; what is not set is "none", or "default" where it has one.</summary>
    public static IReadOnlyDictionary<string, string> Of(TrainingSettings settings)
    {
        Dictionary<string, string> named = [];
        foreach ((string name, string value) in Html.Properties(SettingsJson.Write(settings)))
        {
            switch (name)
            {
                case "beta1":
                    named["betas"] = value;
                    break;
                case "beta2":
                    named["betas"] += "," + value;
                    break;
                default:
                    named[name] = value != "null" ? value : name == "clip" ? "default" : "none";
                    break;
            }
        }

        // A configuration leaves this one out where it is not set.
        named.TryAdd("given-covariance", "none");
        return named;
    }

    /// <summary>The names of those in which some differ.</summary>
    public static string[] Varying(IReadOnlyList<IReadOnlyDictionary<string, string>> all)
        => all.Count == 0 ? [] : [.. all[0].Keys.Where(name => all.Any(one => one[name] != all[0][name]))];

    /// <summary>Settings but for the seeds.</summary>
    public static TrainingSettings WithoutSeeds(TrainingSettings settings)
        => settings with { Seed = 0, DataSeed = settings.DataSeed is null ? null : 0 };
}
