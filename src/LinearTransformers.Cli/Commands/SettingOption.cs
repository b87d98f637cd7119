using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using LinearTransformers.Experiments.Catalogs;
using LinearTransformers.Settings;

namespace LinearTransformers.Cli.Commands;

/// <summary>
/// An option whose text we parse ourselves, so that every wrong value is answered alike: the option, its value and what
/// would be right.
/// </summary>
internal static class SettingOption
{
    public static Option<string> Create(string name, string helpName, string description, params string[] aliases)
        => new("--" + name, [.. aliases.Select(alias => "--" + alias)]) { HelpName = helpName, Description = description };

    /// <summary>Values that completion offers besides, or instead of, files; asked for only then.</summary>
    public static void Complete(Argument argument, Func<IEnumerable<string>> values)
        => argument.CompletionSources.Add(_ => values().Select(value => new CompletionItem(value)));

    /// <inheritdoc cref="Complete(Argument, Func{IEnumerable{string}})"/>
    public static void Complete(Option option, Func<IEnumerable<string>> values)
        => option.CompletionSources.Add(_ => values().Select(value => new CompletionItem(value)));

    public static int Int(string name, string text)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new SettingException(name, text, $"a whole number up to {int.MaxValue}");

    public static double Number(string name, string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new SettingException(name, text, "a number");

    public static T OneOf<T>(string name, string text, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        foreach ((string choice, T value) in choices)
        {
            if (choice == text)
            {
                return value;
            }
        }

        List<string> names = [];
        foreach ((string choice, _) in choices)
        {
            names.Add(choice);
        }

        throw new SettingException(
            name, text, (names.Count == 1 ? names[0] : string.Join(", ", names[..^1]) + " or " + names[^1])
                + Spelling.Suggestion(text, names));
    }

    /// <summary>Settings from elsewhere than the command line, read by <see cref="SettingsSource"/>.</summary>
    /// <param name="what">What they are.</param>
    public static Option<string> ConfigOption(string what)
    {
        Option<string> config =
            Create("config", "FILE",
                $"{what}: a JSON file, a run's folder, a preset of lintf config list, or - for standard input; options besides it "
                    + "override them [the defaults]");
        Complete(config, () => PresetCatalog.All.Select(preset => preset.Name));
        return config;
    }

    /// <summary>How often runs are saved.</summary>
    public static Option<string> SaveEveryOption()
        => Create("save-every", "seconds",
            "seconds between two saves: so much is lost if the process is killed; 0: save after every iteration [5, or more where "
                + "saving takes long]");

    /// <summary>Its value.</summary>
    public static TimeSpan? SaveEvery(string? text)
    {
        const int Day = 86_400;
        double? seconds = text is null ? null : Number("save-every", text);
        return seconds switch
        {
            null => null,
            >= 0 and <= Day => TimeSpan.FromSeconds(seconds.Value),
            _ => throw new SettingException("save-every", text, $"seconds from 0 to {Day}"),
        };
    }

    public static int Threads(string? text) => Threads("threads", text);

    /// <summary>Threads under another option's name.</summary>
    public static int Threads(string name, string? text)
    {
        int threads = text is null ? Environment.ProcessorCount : Int(name, text);
        return threads is >= 1 and <= 1024 ? threads : throw new SettingException(name, text, "from 1 to 1024");
    }
}
