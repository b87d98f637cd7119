using System.Numerics;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Numerics;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>
/// Runs the points of a sweep side by side, a thread each, and scores each when it has ended. What is finished is not repeated, what is
/// unfinished goes on, and what another process is at is left to that: an unfinished run has one writer, by its folder's lock.
/// </summary>
/// <param name="folder">The sweep's folder.</param>
/// <param name="prompts">Fresh prompts to score on.</param>
/// <param name="jobs">Threads.</param>
/// <param name="saveEvery">Time between two saves of a run; null for train's own.</param>
public sealed class SweepRunner(SweepFolder folder, int prompts, int jobs, TimeSpan? saveEvery = null)
{
    /// <summary>Runs that take turns hold memory and threads each.</summary>
    private const int MostInTurns = 8;

    /// <summary>Groups of such runs are so many for each thread at least, so that all threads end at about the same time.</summary>
    private const int GroupsPerThread = 4;

    private readonly PointScorer _scorer = new(prompts);

    /// <summary>Runs what is not finished.</summary>
    /// <param name="points">The points.</param>
    /// <param name="progress">Hears how it comes along.</param>
    /// <param name="stop">Stops it: runs are saved.</param>
    /// <returns>What became of each point.</returns>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    /// <exception cref="IOException">A folder cannot be written; all runs are saved as far as they can be.</exception>
    public PointOutcome[] Run(IReadOnlyList<SweepPoint> points, ISweepProgress progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(progress);
        PointOutcome[] outcomes = new PointOutcome[points.Count];
        progress.Expect(points.Count, points.Sum(point => PointCost.Of(point.Settings)));
        IReadOnlySet<string> failed = folder.Failed();
        using CancellationTokenSource ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using WorkerTeam team = new(jobs);
        int[][] groups = Groups(points);
        int left = groups.Length;
        team.For(groups.Length, i =>
        {
            // With fewer groups than threads, threads without one help with the batches of the others.
            WorkerTeam? helpers = Interlocked.Decrement(ref left) < team.Threads ? team : null;
            if (ending.IsCancellationRequested)
            {
                return;
            }

            try
            {
                RunGroup([.. groups[i].Select(index => new Work(index, points[index], failed.Contains(points[index].Name)))], helpers,
                    outcomes, progress, ending.Token);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // What cannot be written now cannot be written by the next point either.
                ending.Cancel();
                throw;
            }
        });
        stop.ThrowIfCancellationRequested();
        return outcomes;
    }

    /// <summary>
    /// Points one by one, but for those that draw each batch as a view of one seed's stream: they go on in turns and make its normals once
    /// between them.
    /// </summary>
    private int[][] Groups(IReadOnlyList<SweepPoint> points)
    {
        int most = Math.Clamp(points.Count / (GroupsPerThread * jobs), 1, MostInTurns);
        return [.. Enumerable.Range(0, points.Count)
            .GroupBy(i => RunSet.SharedSeed(points[i].Settings) ?? -1L - i)
            .SelectMany(group => group.Chunk(most))
            .OrderBy(group => group[0])];
    }

    private void RunGroup(
        Work[] group, WorkerTeam? helpers, PointOutcome[] outcomes, ISweepProgress progress, CancellationToken stop)
    {
        List<(Work Work, RunDirectory Directory)> open = [];
        try
        {
            foreach (Work work in group)
            {
                Guard(work, outcomes, () =>
                {
                    if (Scored(work) is { } score)
                    {
                        outcomes[work.Index] = OutcomeOf(score);
                    }
                    else if (Open(work) is { } directory)
                    {
                        open.Add((work, directory));
                        outcomes[work.Index] = PointOutcome.Unfinished;
                    }
                    else
                    {
                        outcomes[work.Index] = PointOutcome.Taken;
                    }
                });
            }

            if (open.Count > 1)
            {
                InTurns.Run(open.Count, (seat, i) => RunOne(open[i].Work, open[i].Directory, helpers, seat, outcomes, progress, stop));
            }
            else if (open.Count == 1)
            {
                RunOne(open[0].Work, open[0].Directory, helpers, null, outcomes, progress, stop);
            }
        }
        finally
        {
            open.ForEach(pair => pair.Directory.Dispose());
        }

        foreach (Work work in group)
        {
            if (outcomes[work.Index] is not PointOutcome.Unfinished)
            {
                progress.Advance(PointCost.Of(work.Point.Settings) - work.Reported, isFromBefore: !open.Any(pair => pair.Work == work));
            }

            progress.Ended(outcomes[work.Index]);
        }
    }

    private PointScore? Scored(Work work)
    {
        string path = folder.RunPath(work.Point);
        return PointScore.IsIn(path) ? PointScore.Read(path, work.Point.Settings, prompts) : null;
    }

    /// <summary>The run's folder; null where another process is at it.</summary>
    private RunDirectory? Open(Work work)
    {
        try
        {
            return RunDirectory.Open(folder.RunPath(work.Point), work.Point.Settings);
        }
        catch (RunDirectoryException exception) when (exception.IsTaken)
        {
            return null;
        }
    }

    private void RunOne(
        Work work, RunDirectory directory, WorkerTeam? helpers, SharedStream.Seat? seat, PointOutcome[] outcomes, ISweepProgress progress,
        CancellationToken stop)
        => Guard(work, outcomes, () => outcomes[work.Index] = directory.Settings.Precision is Precision.Double
            ? Train<double>(work, directory, helpers, seat, progress, stop)
            : Train<float>(work, directory, helpers, seat, progress, stop));

    private PointOutcome Train<T>(
        Work work, RunDirectory directory, WorkerTeam? helpers, SharedStream.Seat? seat, ISweepProgress progress, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        double unit = PointCost.OfIteration(work.Point.Settings);
        bool isFirst = directory.HasState;
        TrainingRun<T> run = RecordedRun.Continue<T>(directory, helpers, null, OnIteration, saveEvery, seat, stop);
        if (run.Status is RunStatus.Unfinished)
        {
            return PointOutcome.Unfinished;
        }

        // The others need not wait for its turn while it is scored.
        seat?.Dispose();
        PointScore score = _scorer.Score(directory.Path, stop);
        score.Write(directory.Path, work.Point.Settings);
        if (work.HasFailed)
        {
            folder.SetFailure(work.Point, null);
        }

        return OutcomeOf(score);

        void OnIteration(int iterations, double loss)
        {
            // Seldom enough not to matter, often enough for a line a second.
            const double Part = 0.02;
            double done = unit * iterations;
            if (isFirst || done - work.Reported >= Part * PointCost.Of(work.Point.Settings))
            {
                progress.Advance(done - work.Reported, isFirst);
                (work.Reported, isFirst) = (done, false);
            }
        }
    }

    /// <summary>Does something for a point; what goes wrong with it alone is kept in the sweep's folder, and the others go on.</summary>
    private void Guard(Work work, PointOutcome[] outcomes, Action body)
    {
        try
        {
            body();
        }
        catch (OperationCanceledException)
        {
            outcomes[work.Index] = PointOutcome.Unfinished;
        }
        catch (Exception exception) when (exception is not (IOException or UnauthorizedAccessException or OutOfMemoryException))
        {
            folder.SetFailure(work.Point, exception.Message.ReplaceLineEndings(" "));
            outcomes[work.Index] = PointOutcome.Failed;
        }
    }

    private static PointOutcome OutcomeOf(PointScore score)
        => score.Status is RunStatus.Finished ? PointOutcome.Finished : PointOutcome.Diverged;

    /// <summary>A point under way.</summary>
    private sealed class Work(int index, SweepPoint point, bool hasFailed)
    {
        public int Index => index;

        public SweepPoint Point => point;

        public bool HasFailed => hasFailed;

        /// <summary>The cost that was reported as done.</summary>
        public double Reported { get; set; }
    }
}
