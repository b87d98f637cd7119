using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>A run read from its folder, as far as it has come.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Status">How far that is.</param>
/// <param name="Run">The run, in single precision.</param>
/// <param name="DoubleHistory">Its history in double precision, if it was trained in that.</param>
internal sealed record LoadedRun(string Path, RunStatus Status, FinishedRun Run, History<double>? DoubleHistory)
{
    public TrainingSettings Settings => Run.Settings;

    /// <summary>The first iteration of its history: 1 where that was imported and begins after the first step.</summary>
    public int Begin => (int)Run.History.Iterations[0];

    /// <summary>The last iteration that is shown: of a run that diverged that before it did, unless it did at once.</summary>
    public int End => Run.DivergedAt is { } iteration && Run.History.Count > 1 && Run.History.Iterations[^1] == iteration
        ? (int)Run.History.Iterations[^2]
        : (int)Run.History.Iterations[^1];

    /// <summary>The iterations of all snapshots that are shown, the end included.</summary>
    public IEnumerable<int> Iterations => Run.History.Iterations.Select(t => (int)t).Where(t => t <= End);

    /// <summary>How it ended early, in a few words; null where it did not.</summary>
    public string? EndedEarly => Status switch
    {
        RunStatus.Diverged => $"diverged at {Run.DivergedAt}",
        RunStatus.Unfinished => $"unfinished, at {Run.History.Iterations[^1]}",
        _ => null,
    };

    /// <summary>What is measured along it, on its test batch and in its own precision.</summary>
    public MeasuredModel Model()
        => DoubleHistory is { } history ? MeasuredModel.Of(Settings, history) : MeasuredModel.Of(Settings, Run.History);

    /// <summary>The runs that some folders hold, or that lie below them; a folder named twice is read once.</summary>
    /// <param name="folders">The folders.</param>
    /// <param name="leftOut">Receives a line for each run that cannot be read, or of which nothing is recorded yet.</param>
    /// <exception cref="PlotException">No run is left.</exception>
    /// <exception cref="RunDirectoryException">A folder holds none.</exception>
    public static IReadOnlyList<LoadedRun> Read(IReadOnlyList<string> folders, ICollection<string> leftOut)
    {
        List<LoadedRun> runs = [];
        foreach (string folder in RunFolders.Find(folders))
        {
            try
            {
                runs.Add(Read(folder));
            }
            catch (Exception exception) when (exception is PlotException or RunDirectoryException)
            {
                leftOut.Add(exception.Message);
            }
        }

        return runs.Count > 0 ? runs : throw new PlotException(leftOut.First());
    }

    private static LoadedRun Read(string path)
    {
        RunDirectory directory = RunDirectory.Load(path);
        if (!directory.HasState)
        {
            throw new PlotException($"{path}: nothing is recorded yet; train it first");
        }

        try
        {
            History<double>? twice = directory.Settings.Precision is Precision.Double ? directory.ReadHistory<double>() : null;
            History<float> history = twice is null ? directory.ReadHistory<float>() : Narrowed(twice);
            IReadOnlyList<LogLine> log = directory.ReadLog();
            if (history.Count == 0)
            {
                throw new PlotException($"{path}: nothing is recorded yet; train it first");
            }

            int? divergedAt = directory.Status is RunStatus.Diverged ? (int)history.Iterations[^1] : null;
            return new LoadedRun(path, directory.Status, new FinishedRun(directory.Settings, history, log, double.NaN, divergedAt), twice);
        }
        catch (Exception exception) when (exception is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new RunDirectoryException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    private static History<float> Narrowed(History<double> history)
    {
        History<float> narrowed = new(history.Layout, history.Covariance);
        for (int i = 0; i < history.Count; i++)
        {
            narrowed.Add(history.Iterations[i], [.. history[i].ToArray().Select(value => (float)value)]);
        }

        return narrowed;
    }
}
