using System.Text.Json;
using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>The settings of a run by name, those of every part too.</summary>
public static class SettingNames
{
    private static Known? _known;

    /// <summary>
    /// All settings that a run can have, each name once for every part that has it. Settings that are other names for others are among
    /// them.
    /// </summary>
    public static IEnumerable<DeclaredSetting> All => SettingTree.All(typeof(TrainingSettings));

    /// <summary>Settings with other values for some of them, whichever order these are in.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="values">Names, each with what makes the value from the setting's declaration.</param>
    /// <param name="unused">Receives names of settings that no part of these has.</param>
    /// <exception cref="SettingException">There is no such setting.</exception>
    internal static TrainingSettings Apply(
        TrainingSettings settings, IEnumerable<(string Name, Func<SettingDeclaration, object?> Read)> values, List<string>? unused = null)
        => Apply(settings, values.Select(
            value => (value.Name, (Func<SettingDeclaration, object?, object?>)((setting, _) => value.Read(setting)))), unused);

    /// <summary>The same from texts of a command line: a part that is there already stays as it is where its name alone is given.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="texts">Names of settings, of their options where these differ, and texts.</param>
    /// <param name="unused">Receives names of settings that no part of these has.</param>
    /// <exception cref="SettingException">There is no such setting, or a value is wrong.</exception>
    public static TrainingSettings Apply(
        TrainingSettings settings, IEnumerable<(string Name, string Text)> texts, List<string>? unused = null)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(texts);
        (string Name, string Text)[] given = [.. texts.SelectMany(text => Split(text.Name, text.Text))];
        settings = Apply(
            settings,
            given.Select(value => (value.Name,
                    (Func<SettingDeclaration, object?, object?>)(
                        (setting, current) => setting.Parse(setting.Option, value.Text, current)))),
            unused);
        foreach ((string name, string text) in given)
        {
            if (Find(name) is { IsOtherName: true } other && !Equals(other.Get(settings), other.Parse(name, text)))
            {
                throw new SettingException(name, text, "left out, or say the same as what is given beside it for the same settings");
            }
        }

        return settings;
    }

    /// <summary>
    /// The settings of a run under their options' names, as a command line would set them, in the configuration's order; what is null and
    /// has a default of its own then is "default". Settings that only make others exact are left out.
    /// </summary>
    public static IReadOnlyList<(string Name, string Text)> Texts(TrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return [.. SettingTree.Flatten(settings)
            .Where(pair => pair.Setting.Completes is null)
            .GroupBy(pair => pair.Setting.Option)
            .Select(option => (option.Key, string.Join(',', option.Select(pair => pair.Setting.TextIn(pair.Owner)))))];
    }

    /// <summary>Whether a part, with these settings of its own, is among those of a run.</summary>
    public static bool Has(TrainingSettings settings, Part part)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return SettingTree.Flatten(settings).Any(pair => pair.Setting.IsPart && Equals(pair.Setting.Get(pair.Owner), part));
    }

    /// <summary>A setting of a name; null where there is none.</summary>
    internal static SettingDeclaration? Find(string name) => ByName[name].FirstOrDefault();

    private static ILookup<string, SettingDeclaration> ByName => Gathered.ByName;

    private static Known Gathered
    {
        get
        {
            // Threads may gather them at the same time: each sees a whole one.
            Known? known = _known;
            if (known?.Version != Parts.Version)
            {
                SettingDeclaration[] all = [.. All.Select(pair => pair.Setting)];
                _known = known = new(
                    Parts.Version,
                    all.ToLookup(setting => setting.Name),
                    all.GroupBy(setting => setting.Option)
                        .ToDictionary(option => option.Key, option => option.Select(setting => setting.Name).Distinct().ToArray()));
            }

            return known;
        }
    }

    /// <summary>"; did you mean …?", or nothing.</summary>
    internal static string Suggestion(string unknown)
    {
        Dictionary<string, string> meant = [];
        foreach (SettingDeclaration setting in All.OrderBy(pair => pair.Part is null ? 0 : 1).Select(pair => pair.Setting))
        {
            meant.TryAdd(setting.Name, setting.Name);
            meant.TryAdd(JsonNamingPolicy.KebabCaseLower.ConvertName(setting.PropertyName), setting.Name);
        }

        return Spelling.Nearest(unknown.Replace('_', '-'), meant.Keys) is { } near ? $"; did you mean {meant[near]}?" : "";
    }

    /// <summary>What says other settings comes first, then what chooses parts, then the rest.</summary>
    private static TrainingSettings Apply(
        TrainingSettings settings, IEnumerable<(string Name, Func<SettingDeclaration, object?, object?> Read)> values, List<string>? unused)
    {
        ILookup<string, SettingDeclaration> all = ByName;
        foreach ((string name, Func<SettingDeclaration, object?, object?> read) in values.OrderBy(
            value => Rank(all[value.Name].FirstOrDefault())))
        {
            settings = SettingTree.With(settings, name, read, out bool hasIt);
            if (!hasIt)
            {
                SettingDeclaration declared = all[name].FirstOrDefault()
                    ?? throw new SettingException("setting", name, $"the name of a setting{Suggestion(name)}");
                declared.Check(read(declared, null));
                unused?.Add(declared.Option);
            }
        }

        return settings;

        static int Rank(SettingDeclaration? setting) => setting switch
        {
            { IsOtherName: true } => 0,
            { IsPart: true } => 1,
            _ => 2,
        };
    }

    /// <summary>The values of an option: one, or one for each of the settings that share it.</summary>
    private static IEnumerable<(string Name, string Text)> Split(string option, string text)
    {
        string[] names = Gathered.NamesOf.GetValueOrDefault(option, []);
        if (names.Length <= 1)
        {
            return [(names.Length == 1 ? names[0] : option, text)];
        }

        string[] texts = text.Split(',');
        return texts.Length == names.Length
            ? names.Zip(texts)
            : throw new SettingException(
                option, text, $"{(names.Length == 2 ? "two" : names.Length)} numbers with a comma between them, such as 0.9,0.9");
    }

    /// <summary>What was gathered from the catalogs.</summary>
    /// <param name="Version">That of the catalogs.</param>
    /// <param name="ByName">All of a name.</param>
    /// <param name="NamesOf">The names of those that an option holds.</param>
    private sealed record Known(int Version, ILookup<string, SettingDeclaration> ByName, Dictionary<string, string[]> NamesOf);
}
