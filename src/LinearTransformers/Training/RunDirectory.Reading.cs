using System.Numerics;
using System.Text.Json;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <content>Reading a run.</content>
public sealed partial class RunDirectory
{
    /// <summary>The run's history as last saved.</summary>
    /// <typeparam name="T">The number type of the settings' precision.</typeparam>
    /// <exception cref="RunDirectoryException">It is damaged, or of another run or number type.</exception>
    public History<T> ReadHistory<T>()
        where T : unmanaged
    {
        string path = PathOf(RunFiles.History);
        return RunFiles.Reading(path, () =>
        {
            TensorFile file = TensorFile.Read(path);
            (int version, _) = RunFormat.Check(file, path, Recorded);
            History<T> history = History<T>.Of(file, path, Settings.Layout, Settings.Dimension);
            Saved.Check(history, path, version);
            return history;
        });
    }

    /// <summary>The run's log as last saved.</summary>
    /// <exception cref="RunDirectoryException">A line is damaged, or lines are missing.</exception>
    public IReadOnlyList<LogLine> ReadLog()
    {
        string path = PathOf(RunFiles.Log);
        string[] lines = RunFiles.Reading(path, () => File.ReadAllLines(path));
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
        string path = PathOf(RunFiles.Environment);
        return !File.Exists(path) ? null : RunFiles.Reading(path, () =>
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
                $"{PathOf(RunFiles.History)}: tensors \"U\" and \"D\" are not those that the run's seed gives: it can be plotted and "
                    + "exported, but not gone on from; choose another folder to train in");
        }

        string path = PathOf(RunFiles.State);
        RunFiles.Reading(path, () =>
        {
            TensorFile state = TensorFile.Read(path);
            _ = RunFormat.Check(state, path, Recorded);
            run.Restore(state, history, log, Status);
            return true;
        });
    }
}
