using LinearTransformers.Cli.Hosting;
using LinearTransformers.Experiments.Catalogs;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>Settings by the name of a preset, or from a JSON file, a run's folder or standard input.</summary>
internal static class SettingsSource
{
    private const string ConfigName = "config.json";
    private const string StandardInput = "-";

    /// <summary>A preset's name stands for the preset even where a file has it.</summary>
    /// <exception cref="UsageException">There is nothing of the kind, or it is damaged.</exception>
    public static TrainingSettings Read(string source, Terminal terminal)
        => PresetCatalog.Find(source)?.Settings ?? ReadFile(source, terminal);

    /// <exception cref="UsageException">It cannot be read, or holds no settings.</exception>
    public static TrainingSettings ReadFile(string path, Terminal terminal)
    {
        if (path == StandardInput)
        {
            return Parse("standard input", () =>
            {
                using StreamReader reader = new(terminal.In());
                return reader.ReadToEnd();
            }, terminal.Stop);
        }

        string file = RunDirectory.IsRun(path) ? Path.Combine(path, ConfigName) : path;
        if (!File.Exists(file))
        {
            string what = path.Length == 0 ? "the file's name is empty" : Directory.Exists(path) ? $"{path} is a folder that holds no run"
                : $"there is no file {path}";
            throw new UsageException(
                $"{what}: it must be a JSON file of settings, a run's folder, or a preset of lintf config "
                    + $"list{PresetCatalog.Suggestion(path)}");
        }

        return Parse(file, () => File.ReadAllText(file), terminal.Stop);
    }

    /// <summary>Reading may wait for a pipe as long as who writes into it likes: then it is left.</summary>
    private static TrainingSettings Parse(string name, Func<string> read, CancellationToken stop)
    {
        try
        {
            return SettingsJson.Read(Interruptible.Run(read, stop));
        }
        catch (Exception exception) when (exception is FormatException or SettingException)
        {
            throw new UsageException($"{name}: {exception.Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{name} cannot be read: {FileFault.Describe(exception)}");
        }
    }
}
