using System.Text.Json;

namespace LinearTransformers.Training;

/// <summary>A setting in which some runs differ.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Values">Its value for each of them, as in the configuration, without quotes.</param>
public sealed record SettingDifference(string Name, IReadOnlyList<string> Values)
{
    /// <summary>The settings that are not the same for all, in the configuration's order.</summary>
    public static IReadOnlyList<SettingDifference> Between(params IReadOnlyList<TrainingSettings> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Dictionary<string, string>[] all = [.. settings.Select(All)];
        return all.Length == 0
            ? []
            : [.. all[0].Keys.Where(key => all.Any(one => one[key] != all[0][key])).Select(key => new SettingDifference(key, [.. all.Select(one => one[key])]))];
    }

    /// <summary>All settings by name, in the configuration's order.</summary>
    private static Dictionary<string, string> All(TrainingSettings settings)
    {
        using JsonDocument json = JsonDocument.Parse(SettingsJson.Write(settings));
        return json.RootElement.EnumerateObject().ToDictionary(
            property => property.Name, property => property.Value.ValueKind is JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText());
    }
}
