using System.Numerics;
using System.Text;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <content>Writing a run.</content>
public sealed partial class RunDirectory
{
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

        try
        {
            // The same run imported before is finished, and opened without a lock.
            directory._lock ??= RunLock.Take(path);
            directory.RecordLonger();
            history.Write(directory.PathOf(RunFiles.History), RunFormat.Metadata(settings));
            AtomicFile.WriteAllText(directory.PathOf(RunFiles.Log), "");
            AtomicFile.WriteAllText(directory.PathOf(RunFiles.Environment), RunEnvironment.Describe(0));
            TensorFile.Write(directory.PathOf(RunFiles.State),
                [Tensor.Scalar("iteration", (long)settings.MaxIterations), Tensor.Scalar("loss", double.NaN)],
                    RunState.Imported(settings, source).Metadata(settings));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunWriteException($"{path} cannot be written: {exception.Message}", exception);
        }
        finally
        {
            // Nobody writes to it again.
            directory.Close();
        }

        directory._state = directory.ReadState(settings);
        return directory;
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
        RunState state = RunState.Of(run, seconds);
        StringBuilder metrics = new();
        foreach (LogLine line in run.Log)
        {
            metrics.Append(LogLineJson.Write(line)).Append('\n');
        }

        RecordLonger();
        run.History.Write(PathOf(RunFiles.History), RunFormat.Metadata(Settings));
        AtomicFile.WriteAllText(PathOf(RunFiles.Log), metrics.ToString());
        AtomicFile.WriteAllText(PathOf(RunFiles.Environment), RunEnvironment.Describe(seconds));
        CheckThere();
        TensorFile.Write(PathOf(RunFiles.State), run.SaveState(), state.Metadata(Settings));
        CheckThere();
        _state = state;
        if (Status is not RunStatus.Unfinished)
        {
            Close();
        }
    }

    /// <summary>Says how far the run has come to those who watch it. What it says is not saved, and may fail to be written.</summary>
    internal void Report(ProgressLine line)
    {
        // A folder that was replaced in the meantime may be another writer's.
        _progress ??= _lock?.IsThere == true ? ProgressFile.Begin(Path) : null;
        if (_progress?.Add(line) == false)
        {
            _progress.Dispose();
            _progress = null;
        }
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

    /// <summary>Keeps others from writing. They may have written until then, so that everything is looked at again.</summary>
    private void OpenToWrite()
    {
        _lock = RunLock.Take(Path);
        if (!Check())
        {
            AtomicFile.WriteAllText(PathOf(RunFiles.Config), SettingsJson.WriteConfig(Settings));
        }

        if (Status is not RunStatus.Unfinished)
        {
            Close();
            return;
        }

        _lock.DeleteLeftBehind(RunFiles.Names);
    }

    /// <summary>Nobody writes the run any more: it is finished.</summary>
    private void Close()
    {
        _progress?.Dispose();
        _progress = null;
        _lock?.Remove();
        _lock = null;
    }

    /// <summary>
    /// Makes the shorter run in the folder the longer one, before anything of that is saved: files of the shorter one are taken for its
    /// own, but not the other way round.
    /// </summary>
    private void RecordLonger()
    {
        if (_shorter is not null)
        {
            AtomicFile.WriteAllText(PathOf(RunFiles.Config), SettingsJson.WriteConfig(Settings));
            _shorter = null;
        }
    }

    /// <summary>Refuses to write on where the folder is another than was opened.</summary>
    private void CheckThere()
    {
        if (!_lock!.IsThere || !File.Exists(PathOf(RunFiles.Config)))
        {
            throw new RunWriteException(
                $"{Path} was deleted or replaced while the run was being made: nothing more of it is written; give the same command "
                    + "again to make it anew");
        }
    }
}
