using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>Reads how the runs of a sweep stand.</summary>
public static class SweepRows
{
    /// <summary>A row for each point, in their order.</summary>
    /// <param name="folder">The sweep's folder.</param>
    /// <param name="points">The points.</param>
    /// <param name="prompts">Fresh prompts that they are scored on.</param>
    /// <param name="scores">
    /// Whether runs that have ended and have no score, since the process ended in between, are scored now, and the scores kept.
    /// </param>
    /// <param name="threads">Threads.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public static SweepRow[] Of(
        SweepFolder folder, IReadOnlyList<SweepPoint> points, int prompts, bool scores, int threads, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(folder);
        PointScorer scorer = new(prompts);
        IReadOnlySet<string> failed = folder.Failed();
        return SideBySide.Measure(
            points, threads, new Nobody(), point => Of(folder, point, prompts, scores ? scorer : null, failed, stop), stop);
    }

    /// <summary>All rows of a sweep as its runs are now, and the settings that vary. Nothing is scored and nothing written.</summary>
    /// <exception cref="SweepException">It cannot be read.</exception>
    /// <exception cref="SettingException">It holds a setting that is none.</exception>
    public static (IReadOnlyList<string> Names, SweepRow[] Rows) AsTheyAre(SweepFolder folder, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(folder);
        SweepDefinition definition = folder.Read();
        SweepPoints points = SweepPoints.Of(definition);
        return (points.Names, Of(folder, points.All, definition.Prompts, scores: false, Environment.ProcessorCount, stop));
    }

    private static SweepRow Of(
        SweepFolder folder, SweepPoint point, int prompts, PointScorer? scorer, IReadOnlySet<string> failed, CancellationToken stop)
    {
        string path = folder.RunPath(point);
        if (PointScore.IsIn(path) && PointScore.Read(path, point.Settings, prompts) is { } known)
        {
            return Ended(point, known);
        }

        if (!RunDirectory.IsRun(path))
        {
            return failed.Contains(point.Name)
                ? new SweepRow(point, SweepRow.Failed, null, double.NaN, folder.FailureOf(point))
                : new SweepRow(point, SweepRow.New, null, double.NaN, null);
        }

        RunSummary summary = RunSummary.Of(path);
        if (summary.Directory is not { } run)
        {
            return new SweepRow(point, summary.Status, null, double.NaN, summary.Problem);
        }

        if (run.Status is not RunStatus.Unfinished && scorer is not null)
        {
            try
            {
                PointScore score = scorer.Score(path, stop);
                score.Write(path, point.Settings);
                return Ended(point, score);
            }
            catch (Exception exception) when (exception is PlotException or RunDirectoryException)
            {
                return new SweepRow(point, SweepRow.Damaged, null, run.Seconds, exception.Message);
            }
        }

        return summary.Writer is null && failed.Contains(point.Name)
            ? new SweepRow(point, SweepRow.Failed, null, run.Seconds, folder.FailureOf(point))
            : new SweepRow(point, summary.Status, null, run.HasState ? run.Seconds : double.NaN, null);
    }

    private static SweepRow Ended(SweepPoint point, PointScore score)
        => new(point, score.Status is RunStatus.Finished ? SweepRow.Finished : SweepRow.Diverged, score, score.Seconds, null);
}
