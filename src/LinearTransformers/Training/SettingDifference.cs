using LinearTransformers.Settings;
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

    /// <summary>
    /// The settings that are not the same for all, in the configuration's order. A setting of a part that some have and others have not is
    /// among them only where it is not at its default: otherwise the part says it.
    /// </summary>
    public static IReadOnlyList<SettingDifference> Between(params IReadOnlyList<TrainingSettings> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Dictionary<string, (string Text, bool IsDefault)>[] all = [.. settings.Select(All)];
        (string Name, (string Text, bool IsDefault)[] Values)[] different = [.. all.SelectMany(one => one.Keys).Distinct()
            .Select(name => (Name: name, Values: all.Select(one => one.GetValueOrDefault(name, (Text: LeftOut, IsDefault: true)))
                .ToArray()))
            .Where(setting => setting.Values.Select(value => value.Text).Distinct().Count() > 1)
            .Where(setting => all.All(one => one.ContainsKey(setting.Name)) || setting.Values.Any(value => !value.IsDefault))];
        return [.. different
            .Where(setting => !different.Any(other => other.Name == SettingNames.Find(setting.Name)?.Completes))
            .Select(setting => new SettingDifference(setting.Name, [.. setting.Values.Select(value => Wording.Short(value.Text))]))];
    }

    /// <summary>"lr is 0.02 there and 0.5 here", for each setting that is not the same.</summary>
    internal static string Describe(TrainingSettings one, string where, TrainingSettings other, string elsewhere)
        => string.Join(", ", Between(one, other)
            .Select(setting => $"{setting.Name} is {setting.Values[0]} {where} and {setting.Values[1]} {elsewhere}"));

    /// <summary>All settings by name, in the configuration's order, and whether each has its default.</summary>
    private static Dictionary<string, (string Text, bool IsDefault)> All(TrainingSettings settings)
        => SettingTree.Flatten(settings)
            .Select(pair => (pair.Setting, Value: pair.Setting.Get(pair.Owner)))
            .ToDictionary(
                pair => pair.Setting.Name,
                pair => (pair.Value is null ? LeftOut : SettingValue.Format(pair.Value), Equals(pair.Value, pair.Setting.Default)));
}
