using System.CommandLine;
using LinearTransformers.Cli.Usage;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>The settings of a run as options, as their properties declare them: those of every part too.</summary>
internal sealed class TrainOptions
{
    private readonly List<(Option Option, string Name)> _options = [];

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
        foreach (IGrouping<string, (SettingDeclaration Setting, PartEntry? Part, string? Group)> option in SettingNames.All
            .Where(pair => pair.Setting.HasOption && (groups.Count == 0 || groups.Contains(pair.Group)))
            .Where(pair => !without.Contains(pair.Setting.Option))
            .GroupBy(pair => pair.Setting.Option))
        {
            Add(option.Key, [.. option]);
        }

        foreach ((Option option, _) in _options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>A setting by its option's name.</summary>
    /// <exception cref="SettingException">There is none of that name, or the value is wrong.</exception>
    public TrainingSettings Apply(TrainingSettings settings, string name, string text)
        => _options.Any(pair => pair.Name == name)
            ? SettingNames.Apply(settings, [(name, text)])
            : throw new SettingException(
                "keys", name,
                    $"the name of an option of lintf train, without its "
                        + $"hyphens{Spelling.Suggestion(name, _options.Select(pair => pair.Name))}");

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
            .Where(pair => parsed.GetResult(pair.Option) is { Implicit: false })
            .Select(pair => (pair.Name, TextOf(parsed, pair.Option)))];

    /// <summary>Whether an option was given.</summary>
    public bool Has(ParseResult parsed, string name)
        => _options.Any(pair => pair.Name == name && parsed.GetResult(pair.Option) is { Implicit: false });

    /// <summary>An option of a setting, or of several that share it or have it in different parts.</summary>
    private void Add(string name, IReadOnlyList<(SettingDeclaration Setting, PartEntry? Part, string? Group)> settings)
    {
        SettingDeclaration first = settings[0].Setting;
        SettingDeclaration[] together = [.. settings.Select(pair => pair.Setting).DistinctBy(setting => setting.Name)];
        string value = string.Join(',', together.Select(SettingText.Values));
        string help = string.Join("; ", settings
            .GroupBy(pair => pair.Part)
            .Select(part => (Help: part.First().Setting.Help, Default: string.Join(',', part.Select(pair => pair.Setting.DefaultText))))
            .Distinct()
            .Select(part => $"{part.Help} [{part.Default}]"));
        string group = settings[0].Group ?? HelpText.OtherOptions;
        // One that is on by default is switched off by its value.
        _options.Add((first.Kind == typeof(bool) && Equals(first.Default, false)
            ? new GroupedOption<bool>(group, "--" + name) { HelpName = value, Description = help }
            : new GroupedOption<string>(group, "--" + name, [.. first.Aliases.Select(alias => "--" + alias)])
            {
                HelpName = value,
                Description = help,
            }, name));
    }

    private static string TextOf(ParseResult parsed, Option option)
        => option is Option<bool> flag ? (parsed.GetValue(flag) ? "true" : "false") : parsed.GetValue((Option<string>)option)!;
}
