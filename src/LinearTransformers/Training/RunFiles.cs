using LinearTransformers.Settings;

namespace LinearTransformers.Training;

/// <summary>The files of a run's folder.</summary>
internal static class RunFiles
{
    public const string Config = "config.json";
    public const string Environment = "environment.json";
    public const string Log = "metrics.jsonl";
    public const string History = "history.safetensors";
    public const string State = "state.safetensors";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Config, Environment, Log, History, State];

    /// <summary>Reads a file of the run: whatever goes wrong is said with the file's name.</summary>
    /// <exception cref="RunDirectoryException">Something did.</exception>
    public static TResult Reading<TResult>(string path, Func<TResult> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new RunDirectoryException(
                exception.Message.Contains(path, StringComparison.Ordinal) ? exception.Message : $"{path}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotBeRead(path, exception);
        }
    }

    /// <summary>The settings in a <c>config.json</c>.</summary>
    /// <exception cref="RunDirectoryException">It is damaged, or cannot be read.</exception>
    public static TrainingSettings ReadConfig(string path)
    {
        try
        {
            return SettingsJson.ReadOfRun(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is FormatException or SettingException)
        {
            throw new RunDirectoryException($"{path} is no run's configuration: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotBeRead(path, exception);
        }
    }

    private static RunDirectoryException CannotBeRead(string path, Exception exception)
        => new($"{path} cannot be read: {exception.Message}", exception);
}
