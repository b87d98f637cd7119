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

    /// <summary>The iterations of snapshots that stand before a step, as the published code keeps them.</summary>
    public IEnumerable<int> Iterations => Run.History.Iterations.Select(t => (int)t).Where(t => t < Settings.MaxIterations);

    /// <summary>The runs that some folders hold, or that lie below them; a folder named twice is read once.</summary>
    /// <exception cref="PlotException">Nothing is recorded of one yet.</exception>
    /// <exception cref="RunDirectoryException">A folder holds none, or a run is damaged.</exception>
    public static IReadOnlyList<LoadedRun> Read(IReadOnlyList<string> folders) => [.. RunFolders.Find(folders).Select(Read)];

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
