using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>
/// A run on disk: <c>config.json</c>, <c>environment.json</c>, <c>metrics.jsonl</c>, <c>history.safetensors</c> and
/// <c>state.safetensors</c>. Each file is written whole or not at all, and the state last: whatever stands in the
/// folder can be read, and the run goes on from the state. An unfinished run is open to one writer at a time, from
/// <see cref="Open"/> until it is finished or this object is disposed.
/// </summary>
public sealed class RunDirectory : IDisposable
{
    private const string ConfigName = "config.json";
    private const string EnvironmentName = "environment.json";
    private const string MetricsName = "metrics.jsonl";
    private const string HistoryName = "history.safetensors";
    private const string StateName = "state.safetensors";
    private const string ImportedKey = "imported";

    private RunLock? _lock;

    private RunDirectory(string path, TrainingSettings settings)
    {
        Path = path;
        Settings = settings;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The run's settings.</summary>
    public TrainingSettings Settings { get; }

    /// <summary>How far the run has come, as far as it was saved.</summary>
    public RunStatus Status { get; private set; }

    /// <summary>Iterations done, as far as they were saved.</summary>
    public int Iteration { get; private set; }

    /// <summary>The loss of the last of them; NaN where there is none.</summary>
    public double LastLoss { get; private set; } = double.NaN;

    /// <summary>Seconds spent on it so far.</summary>
    public double Seconds { get; private set; }

    /// <summary>Who is writing the run at this moment; null where nobody is.</summary>
    public RunWriter? Writer => RunLock.WriterOf(Path);

    /// <summary>What the run was read from, if it was made elsewhere; null for a run of ours.</summary>
    public string? ImportedFrom { get; private set; }

    /// <summary>The file of the run's history.</summary>
    public string HistoryPath => PathOf(HistoryName);

    /// <summary>Whether anything of the run was saved.</summary>
    public bool HasState => File.Exists(PathOf(StateName));

    /// <summary>Opens a folder for a run: a new or empty one, or one that holds a run of the same settings.</summary>
    /// <exception cref="RunDirectoryException">It holds something else, or is damaged, or cannot be written, or another process writes it.</exception>
    public static RunDirectory Open(string path, TrainingSettings settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        RunDirectory directory = new(path, settings);
        try
        {
            Directory.CreateDirectory(path);
            directory.Check();
            if (directory.Status is RunStatus.Unfinished)
            {
                directory.OpenToWrite();
            }
        }
        catch (Exception exception)
        {
            directory.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new RunDirectoryException($"{path} cannot be used for a run ({exception.Message.TrimEnd('.')}): it must be a folder that can be created and written", exception);
            }

            throw;
        }

        return directory;
    }

    /// <summary>Opens a run that is there, whatever its settings; nothing is written.</summary>
    /// <exception cref="RunDirectoryException">There is none, or it is damaged.</exception>
    public static RunDirectory Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!IsRun(path))
        {
            throw new RunDirectoryException($"{path} is no run: it must be a folder that holds {ConfigName}");
        }

        try
        {
            RunDirectory directory = new(path, ReadConfig(System.IO.Path.Combine(path, ConfigName)));
            directory.ReadStatus();
            return directory;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunDirectoryException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a run that was made elsewhere: finished, without a log, and with nothing to go on from.</summary>
    /// <param name="path">A folder that is new or empty, or holds the same run imported before.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="history">Parameters along it.</param>
    /// <param name="source">What it was read from.</param>
    /// <exception cref="RunDirectoryException">The folder holds something else, or cannot be written.</exception>
    public static RunDirectory Import<T>(string path, TrainingSettings settings, History<T> history, string source)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentException.ThrowIfNullOrEmpty(source);
        RunDirectory directory = Open(path, settings);
        if (directory.HasState && directory.ImportedFrom is null)
        {
            directory.Dispose();
            throw new RunDirectoryException($"{path} holds a trained run of these settings: choose another folder");
        }

        try
        {
            history.Write(directory.PathOf(HistoryName));
            AtomicFile.WriteAllText(directory.PathOf(MetricsName), "");
            AtomicFile.WriteAllText(directory.PathOf(EnvironmentName), RunEnvironment.Describe(0));
            TensorFile.Write(directory.PathOf(StateName), [Tensor.Scalar("iteration", (long)settings.MaxIterations), Tensor.Scalar("loss", double.NaN)], new Dictionary<string, string>
            {
                ["status"] = "finished",
                ["seconds"] = "0",
                [ImportedKey] = source,
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunDirectoryException($"{path} cannot be written: {exception.Message}", exception);
        }
        finally
        {
            // Nobody writes to it again.
            directory._lock?.Remove();
            directory._lock = null;
        }

        directory.ReadStatus();
        return directory;
    }

    /// <summary>Whether a folder holds a run.</summary>
    public static bool IsRun(string path) => File.Exists(System.IO.Path.Combine(path, ConfigName));

    /// <summary>The run's history as last saved.</summary>
    public History<T> ReadHistory<T>()
        where T : unmanaged
        => History<T>.Read(PathOf(HistoryName), Settings.Layout, Settings.Dimension);

    /// <summary>The run's log as last saved.</summary>
    /// <exception cref="RunDirectoryException">A line is damaged.</exception>
    public IReadOnlyList<LogLine> ReadLog()
    {
        string path = PathOf(MetricsName);
        string[] lines = File.ReadAllLines(path);
        List<LogLine> log = new(lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            try
            {
                log.Add(LogLineJson.Read(lines[i]));
            }
            catch (FormatException exception)
            {
                throw new RunDirectoryException($"{path}, line {i + 1}: {exception.Message}", exception);
            }
        }

        return log;
    }

    /// <summary>Takes a run up where it was saved.</summary>
    /// <exception cref="RunDirectoryException">A file is damaged or of another run.</exception>
    public void Restore<T>(TrainingRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(run);
        if (ImportedFrom is not null)
        {
            throw new RunDirectoryException($"{Path} was imported from {ImportedFrom}: it can be plotted and exported, but holds nothing to go on from; choose another folder to train in");
        }

        try
        {
            TensorFile state = TensorFile.Read(PathOf(StateName));
            run.Restore(state, ReadHistory<T>(), ReadLog(), Status);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new RunDirectoryException(Named(exception.Message), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunDirectoryException($"{Path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Saves a run as far as it has come; once that is the end, the folder is no longer open to be written.</summary>
    /// <param name="run">The run.</param>
    /// <param name="seconds">Seconds spent on it in all.</param>
    /// <exception cref="InvalidOperationException">It is not open to be written.</exception>
    public void Save<T>(TrainingRun<T> run, double seconds)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(run);
        if (_lock is null)
        {
            throw new InvalidOperationException($"{Path} is not open to be written");
        }

        StringBuilder metrics = new();
        foreach (LogLine line in run.Log)
        {
            metrics.Append(LogLineJson.Write(line)).Append('\n');
        }

        run.History.Write(PathOf(HistoryName));
        AtomicFile.WriteAllText(PathOf(MetricsName), metrics.ToString());
        AtomicFile.WriteAllText(PathOf(EnvironmentName), RunEnvironment.Describe(seconds));
        TensorFile.Write(PathOf(StateName), run.SaveState(), new Dictionary<string, string>
        {
            ["status"] = JsonNamingPolicy.KebabCaseLower.ConvertName(run.Status.ToString()),
            ["seconds"] = seconds.ToString("R", CultureInfo.InvariantCulture),
        });
        Status = run.Status;
        Iteration = run.Iteration;
        LastLoss = run.LastLoss;
        Seconds = seconds;
        if (Status is not RunStatus.Unfinished)
        {
            _lock.Remove();
            _lock = null;
        }
    }

    /// <summary>Leaves the run to other writers.</summary>
    public void Dispose()
    {
        _lock?.Dispose();
        _lock = null;
    }

    /// <summary>What writers may leave behind; nothing of the run is in it.</summary>
    private static bool IsLeftBehind(string path) => AtomicFile.IsTemporary(path) || RunLock.IsOwn(path);

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);

    private string Named(string message) => message.Contains(Path, StringComparison.Ordinal) ? message : $"{PathOf(StateName)}: {message}";

    /// <summary>Whether the folder holds this run, as far as it was saved; if not it must be empty.</summary>
    private bool Check()
    {
        if (File.Exists(PathOf(ConfigName)))
        {
            CheckConfig();
            ReadStatus();
            return true;
        }

        return Directory.EnumerateFileSystemEntries(Path).All(IsLeftBehind)
            ? false
            : throw new RunDirectoryException($"{Path} is not empty and holds no run: it must be a new or empty folder, or one of a run of the same settings");
    }

    /// <summary>Keeps others from writing. They may have written until then, so that everything is looked at again.</summary>
    private void OpenToWrite()
    {
        _lock = RunLock.Take(Path);
        if (!Check())
        {
            AtomicFile.WriteAllText(PathOf(ConfigName), SettingsJson.Write(Settings));
        }

        if (Status is not RunStatus.Unfinished)
        {
            _lock.Remove();
            _lock = null;
            return;
        }

        foreach (string name in (string[])[ConfigName, EnvironmentName, MetricsName, HistoryName, StateName])
        {
            AtomicFile.DeleteTemporaries(PathOf(name));
        }
    }

    private void CheckConfig()
    {
        TrainingSettings there = ReadConfig(PathOf(ConfigName));
        if (there != Settings)
        {
            throw new RunDirectoryException($"{Path} holds a run of other settings ({Difference(there, Settings)}): choose another folder");
        }
    }

    private static TrainingSettings ReadConfig(string path)
    {
        try
        {
            return SettingsJson.Read(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is FormatException or SettingException)
        {
            throw new RunDirectoryException($"{path} is no run's configuration: {exception.Message}", exception);
        }
    }

    private static string Difference(TrainingSettings there, TrainingSettings here)
    {
        using JsonDocument a = JsonDocument.Parse(SettingsJson.Write(there));
        using JsonDocument b = JsonDocument.Parse(SettingsJson.Write(here));
        return string.Join(", ", a.RootElement.EnumerateObject()
            .Where(property => property.Value.GetRawText() != b.RootElement.GetProperty(property.Name).GetRawText())
            .Select(property => $"{property.Name} is {property.Value.GetRawText()} there and {b.RootElement.GetProperty(property.Name).GetRawText()} here"));
    }

    private void ReadStatus()
    {
        if (!HasState)
        {
            return;
        }

        string path = PathOf(StateName);
        try
        {
            TensorFile state = TensorFile.Read(path);
            ImportedFrom = state.Metadata.GetValueOrDefault(ImportedKey);
            Status = state.GetMetadata("status") switch
            {
                "unfinished" => RunStatus.Unfinished,
                "finished" => RunStatus.Finished,
                "diverged" => RunStatus.Diverged,
                string other => throw new RunDirectoryException($"{path}: metadata \"status\" is \"{other}\"; it should be unfinished, finished or diverged"),
            };
            Seconds = double.TryParse(state.GetMetadata("seconds"), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds >= 0 && double.IsFinite(seconds)
                ? seconds
                : throw new RunDirectoryException($"{path}: metadata \"seconds\" is \"{state.GetMetadata("seconds")}\"; it should be a number");
            long iteration = state.GetScalar<long>("iteration");
            Iteration = iteration >= 0 && iteration <= Settings.MaxIterations
                ? (int)iteration
                : throw new RunDirectoryException($"{path}: tensor \"iteration\" is {iteration}; it should be from 0 to {Settings.MaxIterations}, the run's max-iters");
            LastLoss = state.GetScalar<double>("loss");
        }
        catch (FormatException exception)
        {
            throw new RunDirectoryException(exception.Message, exception);
        }
    }
}
