using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>
/// A run on disk: <c>config.json</c>, <c>environment.json</c>, <c>metrics.jsonl</c>, <c>history.safetensors</c> and
/// <c>state.safetensors</c>. Each file is written whole or not at all, and the state last: whatever stands in the
/// folder can be read, and the run goes on from the state. An unfinished run is open to one writer at a time, from
/// <see cref="Open"/> until it is finished or this object is disposed.
/// </summary>
/// <remarks>
/// The folder holds all that determines the run: <c>config.json</c> has the settings, a covariance given by hand among them, and history
/// and state carry those they were made with, so that a <c>config.json</c> that was changed is refused. The three name the version of this
/// format, 3. Files without one are of version 1, which carried no settings: they are read, and gone on from, all the same. Whatever is
/// wrong with a file that is read is a <see cref="RunDirectoryException"/> that names it.
/// </remarks>
public sealed class RunDirectory : IDisposable
{
    private const string ConfigName = "config.json";
    private const string EnvironmentName = "environment.json";
    private const string MetricsName = "metrics.jsonl";
    private const string HistoryName = "history.safetensors";
    private const string StateName = "state.safetensors";
    private const string ImportedKey = "imported";

    private static readonly string[] Names = [ConfigName, EnvironmentName, MetricsName, HistoryName, StateName];

    private RunLock? _lock;
    private int _version = RunFormat.Version;

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
    public bool HasState => System.IO.Path.Exists(PathOf(StateName));

    /// <summary>Opens a folder for a run: a new or empty one, or one that holds a run of the same settings.</summary>
    /// <remarks>What a process that was killed left beside a finished run is cleared.</remarks>
    /// <exception cref="SettingException">A setting makes no sense.</exception>
    /// <exception cref="RunDirectoryException">It holds something else, or is damaged, or another process writes it.</exception>
    /// <exception cref="RunWriteException">It cannot be created or written.</exception>
    public static RunDirectory Open(string path, TrainingSettings settings)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        RunDirectory directory = new(path, settings);
        if (File.Exists(path))
        {
            throw new RunDirectoryException($"{path} is a file: it must be a folder, new, empty, or of a run of the same settings");
        }

        try
        {
            Directory.CreateDirectory(path);
            directory.Check();
            if (directory.Status is RunStatus.Unfinished)
            {
                directory.OpenToWrite();
            }
            else
            {
                RunLock.Clear(path, Names);
            }
        }
        catch (Exception exception)
        {
            directory.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new RunWriteException(
                    $"{path} cannot be used for a run ({exception.Message.TrimEnd('.')}): it must be a folder that can be created and "
                        + "written", exception);
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

        RunDirectory directory = new(path, ReadConfig(System.IO.Path.Combine(path, ConfigName)));
        directory.ReadStatus();
        return directory;
    }

    /// <summary>Writes a run that was made elsewhere: finished, without a log, and with nothing to go on from.</summary>
    /// <param name="path">A folder that is new or empty, or holds the same run imported before.</param>
    /// <param name="settings">The run's settings.</param>
    /// <param name="history">Parameters along it.</param>
    /// <param name="source">What it was read from.</param>
    /// <exception cref="RunDirectoryException">The folder holds something else.</exception>
    /// <exception cref="RunWriteException">It cannot be written.</exception>
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

        Dictionary<string, string> metadata = RunFormat.Metadata(settings);
        try
        {
            // The same run imported before is finished, and opened without a lock.
            directory._lock ??= RunLock.Take(path);
            history.Write(directory.PathOf(HistoryName), metadata);
            AtomicFile.WriteAllText(directory.PathOf(MetricsName), "");
            AtomicFile.WriteAllText(directory.PathOf(EnvironmentName), RunEnvironment.Describe(0));
            TensorFile.Write(directory.PathOf(StateName),
                [Tensor.Scalar("iteration", (long)settings.MaxIterations), Tensor.Scalar("loss", double.NaN)],
                    new Dictionary<string, string>(metadata)
                    {
                        ["status"] = "finished",
                        ["seconds"] = "0",
                        [ImportedKey] = source,
                    });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunWriteException($"{path} cannot be written: {exception.Message}", exception);
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
    /// <typeparam name="T">The number type of the settings' precision.</typeparam>
    /// <exception cref="RunDirectoryException">It is damaged, or of another run or number type.</exception>
    public History<T> ReadHistory<T>()
        where T : unmanaged
    {
        string path = PathOf(HistoryName);
        return Reading(path, () =>
        {
            TensorFile file = TensorFile.Read(path);
            int version = RunFormat.Check(file, path, Settings);
            History<T> history = History<T>.Of(file, path, Settings.Layout, Settings.Dimension);
            Saved.Check(history, path, version);
            return history;
        });
    }

    /// <summary>The run's log as last saved.</summary>
    /// <exception cref="RunDirectoryException">A line is damaged, or lines are missing.</exception>
    public IReadOnlyList<LogLine> ReadLog()
    {
        string path = PathOf(MetricsName);
        string[] lines = Reading(path, () => File.ReadAllLines(path));
        List<LogLine> log = new(lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            try
            {
                LogLine line = LogLineJson.Read(lines[i]);
                Saved.Check(line, i > 0 ? log[i - 1].Iteration : -1);
                log.Add(line);
            }
            catch (FormatException exception)
            {
                throw new RunDirectoryException($"{path}, line {i + 1}: {exception.Message}", exception);
            }
        }

        Saved.Check(log, path);
        return log;
    }

    /// <summary>Where the run was made, a JSON object; null where nothing is recorded yet.</summary>
    /// <exception cref="RunDirectoryException">It is damaged.</exception>
    public string? ReadEnvironment()
    {
        string path = PathOf(EnvironmentName);
        return !File.Exists(path) ? null : Reading(path, () =>
        {
            string text = File.ReadAllText(path);
            try
            {
                using JsonDocument json = JsonDocument.Parse(text);
                return json.RootElement.ValueKind is JsonValueKind.Object ? text : throw new FormatException(
                    $"{path} should be a JSON object");
            }
            catch (JsonException exception)
            {
                throw new FormatException($"{path}, line {exception.LineNumber + 1}: this should be JSON", exception);
            }
        });
    }

    /// <summary>Takes a run up where it was saved.</summary>
    /// <exception cref="RunDirectoryException">A file is damaged or of another run.</exception>
    /// <exception cref="ArgumentException">T is not the number type of the settings' precision.</exception>
    public void Restore<T>(TrainingRun<T> run)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(run);
        CheckNumberType<T>();
        if (ImportedFrom is not null)
        {
            throw new RunDirectoryException(
                $"{Path} was imported from {ImportedFrom}: it can be plotted and exported, but holds nothing to go on from; choose "
                    + "another folder to train in");
        }

        History<T> history = ReadHistory<T>();
        IReadOnlyList<LogLine> log = ReadLog();
        if (!Equals(history.Covariance, run.History.Covariance))
        {
            throw new RunDirectoryException(
                $"{PathOf(HistoryName)}: tensors \"U\" and \"D\" are not those that the run's seed gives: it can be plotted and "
                    + "exported, but not gone on from; choose another folder to train in");
        }

        string path = PathOf(StateName);
        Reading(path, () =>
        {
            TensorFile state = TensorFile.Read(path);
            RunFormat.Check(state, path, Settings);
            run.Restore(state, history, log, Status);
            return true;
        });
    }

    /// <summary>Saves a run as far as it has come; once that is the end, the folder is no longer open to be written.</summary>
    /// <param name="run">The run.</param>
    /// <param name="seconds">Seconds spent on it in all.</param>
    /// <exception cref="InvalidOperationException">It is not open to be written.</exception>
    /// <exception cref="ArgumentException">
    /// The run is of other settings, or another number type than that of their precision: it could not be taken up.
    /// </exception>
    /// <exception cref="RunWriteException">The folder was deleted or replaced since it was opened.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save<T>(TrainingRun<T> run, double seconds)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(run);
        if (_lock is null)
        {
            throw new InvalidOperationException($"{Path} is not open to be written");
        }

        if (run.Settings != Settings)
        {
            throw new ArgumentException(
                $"{Path} is open for a run of other settings "
                    + $"({SettingDifference.Describe(Settings, "there", run.Settings, "here")})", nameof(run));
        }

        CheckNumberType<T>();
        CheckThere();
        Dictionary<string, string> metadata = RunFormat.Metadata(Settings);
        StringBuilder metrics = new();
        foreach (LogLine line in run.Log)
        {
            metrics.Append(LogLineJson.Write(line)).Append('\n');
        }

        run.History.Write(PathOf(HistoryName), metadata);
        AtomicFile.WriteAllText(PathOf(MetricsName), metrics.ToString());
        AtomicFile.WriteAllText(PathOf(EnvironmentName), RunEnvironment.Describe(seconds));
        CheckThere();
        TensorFile.Write(PathOf(StateName), run.SaveState(), new Dictionary<string, string>(metadata)
        {
            ["status"] = JsonNamingPolicy.KebabCaseLower.ConvertName(run.Status.ToString()),
            ["seconds"] = seconds.ToString("R", CultureInfo.InvariantCulture),
        });
        CheckThere();
        _version = RunFormat.Version;
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

    /// <summary>Refuses a number type that is not that of the settings: what it would save could not be taken up.</summary>
    internal void CheckNumberType<T>()
    {
        Type type = Settings.Precision is Precision.Double ? typeof(double) : typeof(float);
        if (typeof(T) != type)
        {
            throw new ArgumentException(
                $"a run of precision {Settings.Precision.ToString().ToLowerInvariant()} has parameters of type {type.Name}, not "
                    + $"{typeof(T).Name}");
        }
    }

    /// <summary>What history and log must fit.</summary>
    private SavedRun Saved => new(Settings, Iteration, Status, ImportedFrom is not null, _version);

    private string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Reads a file of the run: whatever goes wrong is said with the file's name.</summary>
    private static TResult Reading<TResult>(string path, Func<TResult> read)
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
            throw new RunDirectoryException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Refuses to write on where the folder is another than was opened.</summary>
    private void CheckThere()
    {
        if (!_lock!.IsThere || !File.Exists(PathOf(ConfigName)))
        {
            throw new RunWriteException(
                $"{Path} was deleted or replaced while the run was being made: nothing more of it is written; give the same command "
                    + "again to make it anew");
        }
    }

    /// <summary>Whether the folder holds this run, as far as it was saved; if not it must be empty.</summary>
    private bool Check()
    {
        if (File.Exists(PathOf(ConfigName)))
        {
            CheckConfig();
            ReadStatus();
            return true;
        }

        return Directory.EnumerateFileSystemEntries(Path).All(RunLock.IsLeftBehind)
            ? false
            : throw new RunDirectoryException(
                $"{Path} is not empty and holds no run: it must be a new or empty folder, or one of a run of the same settings");
    }

    /// <summary>Keeps others from writing. They may have written until then, so that everything is looked at again.</summary>
    private void OpenToWrite()
    {
        _lock = RunLock.Take(Path);
        if (!Check())
        {
            AtomicFile.WriteAllText(PathOf(ConfigName), SettingsJson.WriteConfig(Settings));
        }

        if (Status is not RunStatus.Unfinished)
        {
            _lock.Remove();
            _lock = null;
            return;
        }

        RunLock.DeleteTemporaries(Path, Names);
    }

    private void CheckConfig()
    {
        TrainingSettings there = ReadConfig(PathOf(ConfigName));
        if (there != Settings)
        {
            throw new RunDirectoryException(
                $"{Path} holds a run of other settings ({SettingDifference.Describe(there, "there", Settings, "here")}): choose another "
                    + "folder");
        }
    }

    private static TrainingSettings ReadConfig(string path)
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
            throw new RunDirectoryException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private void ReadStatus()
    {
        if (!HasState)
        {
            return;
        }

        string path = PathOf(StateName);
        _ = Reading(path, () =>
        {
            TensorFile state = TensorFile.Read(path);
            _version = RunFormat.Check(state, path, Settings);
            ImportedFrom = state.Metadata.GetValueOrDefault(ImportedKey);
            Status = state.GetMetadata("status") switch
            {
                "unfinished" => RunStatus.Unfinished,
                "finished" => RunStatus.Finished,
                "diverged" => RunStatus.Diverged,
                string other => throw new RunDirectoryException(
                    $"{path}: metadata \"status\" is \"{other}\"; it should be unfinished, finished or diverged"),
            };
            Seconds = double.TryParse(state.GetMetadata("seconds"), NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
                && seconds >= 0 && double.IsFinite(seconds)
                ? seconds
                : throw new RunDirectoryException(
                    $"{path}: metadata \"seconds\" is \"{state.GetMetadata("seconds")}\"; it should be a number");
            long iteration = state.GetScalar<long>("iteration");
            Iteration = iteration >= 0 && iteration <= Settings.MaxIterations
                ? (int)iteration
                : throw new RunDirectoryException(
                    $"{path}: tensor \"iteration\" is {iteration}; it should be from 0 to {Settings.MaxIterations}, the run's max-iters");
            if ((Status is RunStatus.Finished) != (Iteration == Settings.MaxIterations))
            {
                throw new RunDirectoryException(
                    $"{path}: tensor \"iteration\" is {iteration} of a run that is {Status.ToString().ToLowerInvariant()}; it should be "
                        + $"{Settings.MaxIterations}, the run's max-iters, if and only if the run is finished");
            }

            LastLoss = state.GetScalar<double>("loss");
            return true;
        });
    }
}
