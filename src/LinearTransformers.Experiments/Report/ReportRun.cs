using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>A run of a page.</summary>
/// <param name="Directory">Its folder.</param>
/// <param name="Loss">The logged losses.</param>
/// <param name="Gradient">The logged gradient norms.</param>
/// <param name="NotFinite">How many of the logged losses are not finite.</param>
internal sealed record ReportRun(RunDirectory Directory, Curve Loss, Curve Gradient, int NotFinite)
{
    public TrainingSettings Settings => Directory.Settings;

    /// <summary>The folder's name.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Directory.Path)));

    /// <summary>How it ended, where that is not the end: "diverged at iteration 2"; empty where it is.</summary>
    public string End => Directory.Status switch
    {
        RunStatus.Diverged => $"diverged at iteration {Directory.Iteration}: its curve ends before that",
        RunStatus.Unfinished => $"unfinished, at iteration {Directory.Iteration} of {Settings.MaxIterations}"
            + $"{(Directory.Writer is null ? "" : ", and being written")}",
        _ when Directory.ImportedFrom is not null => "imported: it has no log",
        _ when NotFinite > 0 => $"{NotFinite} of the logged losses {(NotFinite == 1 ? "is" : "are")} not finite: left out",
        _ => Loss.Values.Length == 0 ? "nothing is logged" : "",
    };

    /// <summary>Reads a run's log.</summary>
    /// <exception cref="RunDirectoryException">It is damaged, or cannot be read.</exception>
    public static ReportRun Read(RunDirectory directory)
    {
        IReadOnlyList<LogLine> lines;
        try
        {
            lines = directory.ReadLog();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new RunDirectoryException($"{directory.Path} cannot be read: {exception.Message}", exception);
        }

        for (int i = 1; i < lines.Count; i++)
        {
            if (lines[i].Iteration <= lines[i - 1].Iteration)
            {
                throw new RunDirectoryException($"{directory.Path}: line {i + 1} of its log is of iteration {lines[i].Iteration}; "
                    + $"it should be above {lines[i - 1].Iteration}, the one before it");
            }
        }

        return new ReportRun(
            directory,
            Curve.Of(lines.Select(line => (line.Iteration, line.Loss))),
            Curve.Of(lines.Select(line => (line.Iteration, line.GradientNorm))),
            lines.Count(line => !double.IsFinite(line.Loss)));
    }
}
