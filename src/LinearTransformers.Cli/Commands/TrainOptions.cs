using System.CommandLine;
using LinearTransformers.Cli.Usage;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>The settings of a run as options, as their properties declare them: those of every part too.</summary>
internal sealed class TrainOptions
{
    private readonly Dictionary<string, Option> _options = [];

    /// <summary>The options of settings under some headings of the help, or of all settings.</summary>
    /// <param name="command">Receives them.</param>
    /// <param name="groups">The headings; none for all.</param>
    public TrainOptions(Command command, params IReadOnlyList<string> groups)
        : this(command, groups, [])
    {
    }

    /// <summary>The same without some.</summary>
    /// <param name="command">Receives them.</param>
    /// <param name="groups">The headings; none for all.</param>
    /// <param name="without">The options' names that are left out.</param>
    public TrainOptions(Command command, IReadOnlyList<string> groups, IReadOnlyList<string> without)
    {
        foreach (IGrouping<string, DeclaredSetting> settings in SettingNames.All
            .Where(declared => declared.Setting.HasOption && (groups.Count == 0 || groups.Contains(declared.Group)))
            .Where(declared => !without.Contains(declared.Setting.Option))
            .GroupBy(declared => declared.Setting.Option))
        {
            Option option = Create(settings.Key, [.. settings]);
            _options.Add(settings.Key, option);
            command.Options.Add(option);
        }
    }

    /// <summary>A setting by its option's name.</summary>
    /// <exception cref="SettingException">There is none of that name, or the value is wrong.</exception>
    public TrainingSettings Apply(TrainingSettings settings, string name, string text)
        => _options.ContainsKey(name)
            ? SettingNames.Apply(settings, [(name, text)])
            : throw new SettingException(
                "keys", name,
                    $"the name of an option of lintf train, without its "
                        + $"hyphens{Spelling.Suggestion(name, _options.Keys)}");

    /// <summary>
    /// Settings, with those of a command line in their place. A data seed that is the seed, as in many published settings, goes along with
    /// it.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="unused">Receives options that no part of these settings has.</param>
    /// <exception cref="SettingException">A value is wrong.</exception>
    public TrainingSettings Read(ParseResult parsed, TrainingSettings settings, List<string> unused)
    {
        bool isOneSeed = settings.DataSeed == settings.Seed;
        IReadOnlyList<(string Name, string Text)> given = Given(parsed);
        settings = SettingNames.Apply(settings, given, unused);
        return isOneSeed && !given.Any(pair => pair.Name == "data-seed") ? settings with { DataSeed = settings.Seed } : settings;
    }

    /// <summary>The options that were given, and their texts.</summary>
    public IReadOnlyList<(string Name, string Text)> Given(ParseResult parsed)
        => [.. _options
            .Where(option => parsed.GetResult(option.Value) is { Implicit: false })
            .Select(option => (option.Key, TextOf(parsed, option.Value)))];

    /// <summary>Whether an option was given.</summary>
    public bool Has(ParseResult parsed, string name)
        => _options.TryGetValue(name, out Option? option) && parsed.GetResult(option) is { Implicit: false };

    /// <summary>An option of a setting, or of several that share it or have it in different parts.</summary>
    private static Option Create(string name, IReadOnlyList<DeclaredSetting> settings)
    {
        SettingDeclaration first = settings[0].Setting;
        SettingDeclaration[] together = [.. settings.Select(declared => declared.Setting).DistinctBy(setting => setting.Name)];
        string value = string.Join(',', together.Select(SettingText.Values));
        string help = string.Join("; ", settings
            .GroupBy(declared => declared.Part, ReferenceEqualityComparer.Instance)
            .Select(part => $"{part.First().Setting.Help} [{string.Join(',', part.Select(declared => declared.Setting.DefaultText))}]")
            .Distinct());
        string group = settings[0].Group ?? HelpText.OtherOptions;
        // One that is on by default is switched off by its value.
        return first.Kind == typeof(bool) && Equals(first.Default, false)
            ? new GroupedOption<bool>(group, "--" + name) { HelpName = value, Description = help }
            : new GroupedOption<string>(group, "--" + name, [.. first.Aliases.Select(alias => "--" + alias)])
            {
                HelpName = value,
                Description = help,
            };
    }

    private static string TextOf(ParseResult parsed, Option option)
        => option is Option<bool> flag ? (parsed.GetValue(flag) ? "true" : "false") : parsed.GetValue((Option<string>)option)!;
}
