using System.Text.Json;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>A setting in which some runs differ.</summary>
/// <param name="Name">Its name in the configuration.</param>
/// <param name="Values">
/// Its value for each of them, as in the configuration, without quotes; null where it may be left out and is. Long ones are cut.
/// </param>
public sealed record SettingDifference(string Name, IReadOnlyList<string> Values)
{
    private const string LeftOut = "null";

    /// <summary>The settings that are not the same for all, in the configuration's order.</summary>
    public static IReadOnlyList<SettingDifference> Between(params IReadOnlyList<TrainingSettings> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Dictionary<string, string>[] all = [.. settings.Select(All)];
        return [.. all.SelectMany(one => one.Keys).Distinct()
            .Select(name => (Name: name, Values: all.Select(one => one.GetValueOrDefault(name, LeftOut)).ToArray()))
            .Where(setting => setting.Values.Distinct().Count() > 1)
            .Select(setting => new SettingDifference(setting.Name, [.. setting.Values.Select(Wording.Short)]))];
    }

    /// <summary>"lr is 0.02 there and 0.5 here", for each setting that is not the same.</summary>
    internal static string Describe(TrainingSettings one, string where, TrainingSettings other, string elsewhere)
        => string.Join(", ", Between(one, other).Select(setting => $"{setting.Name} is {setting.Values[0]} {where} and {setting.Values[1]} {elsewhere}"));

    /// <summary>All settings by name, in the configuration's order.</summary>
    private static Dictionary<string, string> All(TrainingSettings settings)
    {
        using JsonDocument json = JsonDocument.Parse(SettingsJson.WriteLine(settings));
        return json.RootElement.EnumerateObject().ToDictionary(
            property => property.Name, property => property.Value.ValueKind is JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText());
    }
}
