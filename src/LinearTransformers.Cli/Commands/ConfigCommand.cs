using System.CommandLine;
using LinearTransformers.Cli.Completion;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Catalogs;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>lintf config: settings as JSON files, and the published ones by name.</summary>
internal static class ConfigCommand
{
    public static Command Create(Terminal terminal)
        => new("config", "Show, check and copy settings of runs: JSON files for train --config, and the published ones by name.")
    {
        List(terminal),
        Show(terminal),
        Validate(terminal),
        Copy(terminal),
    };

    private static Command List(Terminal terminal)
    {
        Command command = new("list", "The presets: published settings by name.");
        Option<bool> json = new("--json") { Description = "print a JSON object a line" };
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            int width = PresetCatalog.All.Max(preset => preset.Name.Length);
            foreach (Preset preset in PresetCatalog.All)
            {
                terminal.Out.WriteLine(parsed.GetValue(json)
                    ? JsonLines.Compose(writer =>
                    {
                        writer.WriteString("preset", preset.Name);
                        writer.WriteString("summary", preset.Summary);
                    })
                    : $"{preset.Name.PadRight(width)}  {preset.Summary}");
            }

            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Show(Terminal terminal)
    {
        Command command = new("show", "Print settings as JSON, all of them: those of a preset, a file or a run's folder, or the defaults.");
        Argument<string?> source =
            new("source")
            {
                HelpName = PathName.File,
                Description = "a preset of lintf config list, a JSON file, a run's folder, or - for standard input [the defaults]",
                Arity = ArgumentArity.ZeroOrOne
            };
        SettingOption.Complete(source, () => PresetNames);
        command.Arguments.Add(source);
        command.SetAction(parsed =>
        {
            terminal.Out.Write(SettingsJson.Write(
                parsed.GetValue(source) is { } text ? SettingsSource.Read(text, terminal) : new TrainingSettings()));
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Validate(Terminal terminal)
    {
        Command command = new("validate", "Check settings, and say which differ from the defaults.");
        Argument<string> file =
            new("file") { HelpName = PathName.File, Description = "a JSON file of settings, or a run's folder, or - for standard input" };
        command.Arguments.Add(file);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            IReadOnlyList<SettingDifference> different =
                SettingDifference.Between(new TrainingSettings(), SettingsSource.ReadFile(path, terminal));
            terminal.Out.WriteLine(different.Count == 0
                ? $"{path}: the defaults"
                : $"{path}: right; besides the defaults {string.Join(", ", different.Select(one => $"{one.Name} {one.Values[1]}"))}");
            return ExitCode.Fine;
        });
        return command;
    }

    private static Command Copy(Terminal terminal)
    {
        Command command = new("copy", "Write a preset's settings into a new file, to be changed there.");
        Argument<string> preset = new("preset") { Description = "a preset of lintf config list" };
        Argument<string> file = new("file") { HelpName = PathName.File, Description = "the file, which must be new" };
        SettingOption.Complete(preset, () => PresetNames);
        command.Arguments.Add(preset);
        command.Arguments.Add(file);
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(preset)!;
            string path = parsed.GetValue(file)!;
            Preset found = PresetCatalog.Find(name)
                ?? throw new UsageException(
                    $"there is no preset {name}: it must be one of lintf config list{PresetCatalog.Suggestion(name)}");
            if (path.Length == 0 || Path.Exists(path))
            {
                throw new UsageException(
                    $"{(path.Length == 0 ? "the file's name is empty" : $"{path} is there already")}: it must be a new file");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.WriteAllText(path, SettingsJson.Write(found.Settings));
            terminal.Out.WriteLine(path);
            return ExitCode.Fine;
        });
        return command;
    }

    private static IEnumerable<string> PresetNames => PresetCatalog.All.Select(preset => preset.Name);
}
