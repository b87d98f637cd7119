using System.Diagnostics;
using System.Numerics;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>What a sweep is going to take.</summary>
/// <param name="Points">Points.</param>
/// <param name="Done">Those that have been scored already.</param>
/// <param name="Iterations">Iterations of the others.</param>
/// <param name="Seconds">Seconds of one core that they take, with scoring and folders; NaN where none was measured.</param>
/// <param name="Bytes">What all points take on a disk that gives each file whole blocks of 4 KiB.</param>
public sealed record SweepPlan(int Points, int Done, long Iterations, double Seconds, long Bytes)
{
    private const int Block = 4096;

    /// <summary>Configuration, environment, log, history, state, score: what they hold besides parameters and log lines.</summary>
    private static readonly int[] FixedParts = [1600, 500, 0, 1800, 7000, 300];

    private const int LogLine = 75;

    /// <summary>
    /// Of a run's folder, opened, locked, saved and flushed on a local disk, which no plan measures because it writes nothing. It is most
    /// of what a point of few iterations takes.
    /// </summary>
    private const double SecondsOfFolder = 0.005;

    /// <summary>Of the points' costs, from the least to the largest, so many are measured.</summary>
    private const int Samples = 3;

    private static readonly TimeSpan OfSample = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan LongestOfSample = TimeSpan.FromMilliseconds(500);
    private const int IterationsOfSample = 40;
    private const int PromptsOfSample = 800;

    /// <summary>Plans a sweep.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="points">The points.</param>
    /// <param name="prompts">Fresh prompts that each is scored on.</param>
    /// <param name="measures">Whether time is measured, which takes less than a second for most.</param>
    /// <param name="stop">Stops it.</param>
    public static SweepPlan Of(SweepFolder folder, IReadOnlyList<SweepPoint> points, int prompts, bool measures, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(points);
        SweepPoint[] left = [.. points.Where(point => !PointScore.IsIn(folder.RunPath(point)))];
        return new SweepPlan(
            points.Count,
            points.Count - left.Length,
            left.Sum(point => (long)point.Settings.MaxIterations),
            left.Length == 0 ? 0 : measures ? SecondsOf(left, prompts, stop) : double.NaN,
            points.Sum(point => BytesOf(point.Settings)));
    }

    private static long BytesOf(TrainingSettings settings)
    {
        long parameters = (long)settings.Layout.Count * (settings.Precision is Precision.Double ? 8 : 4);
        long lines = 6 + (settings.MaxIterations / settings.LogEvery);
        long snapshots = 1 + ((settings.MaxIterations - 1L) / settings.HistoryStride) + 1;

        // The state has the parameters, and what the optimizer keeps: as a rule two numbers a parameter.
        long[] contents = [0, 0, lines * LogLine, snapshots * parameters, 3 * parameters, 0];
        return FixedParts.Zip(contents).Sum(part => (part.First + part.Second + Block - 1) / Block * Block);
    }

    /// <summary>
    /// Some points are trained and scored for an instant, and the others take as long as the measured ones of about their cost, in
    /// proportion.
    /// </summary>
    private static double SecondsOf(SweepPoint[] points, int prompts, CancellationToken stop)
    {
        SweepPoint[] ordered = [.. points.OrderBy(point => PointCost.OfIteration(point.Settings))];
        int[] places = [.. Enumerable.Range(0, Samples).Select(i => i * (ordered.Length - 1) / (Samples - 1)).Distinct()];
        List<(double Cost, double Iteration, double Scoring)> measured = [];
        foreach (int place in places)
        {
            TrainingSettings settings = ordered[place].Settings;
            double cost = PointCost.OfIteration(settings);
            if (measured.Count == 0 || cost > measured[^1].Cost)
            {
                try
                {
                    measured.Add((cost, IterationOf(settings, stop), ScoringOf(settings) * prompts / PromptsOfSample));
                }
                catch (Exception exception) when (exception is SettingException or RunDirectoryException or AbsentPartException)
                {
                    // It is said when the point comes to be run.
                    continue;
                }
            }
        }

        return measured.Count == 0 ? double.NaN : ordered.Sum(point =>
        {
            double cost = PointCost.OfIteration(point.Settings);
            (double Cost, double Iteration, double Scoring) near = measured.MinBy(one => Math.Abs(Math.Log(one.Cost / cost)));
            return (near.Iteration * cost / near.Cost * point.Settings.MaxIterations) + near.Scoring + SecondsOfFolder;
        });
    }

    private static double IterationOf(TrainingSettings settings, CancellationToken stop)
        => settings.Precision is Precision.Double ? IterationOf<double>(settings, stop) : IterationOf<float>(settings, stop);

    private static double IterationOf<T>(TrainingSettings settings, CancellationToken stop)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        using CancellationTokenSource enough = CancellationTokenSource.CreateLinkedTokenSource(stop);
        TrainingRun<T> run = new(settings);
        long start = Stopwatch.GetTimestamp();
        long last = start;
        List<double> times = [];
        run.Run(null, () =>
        {
            long now = Stopwatch.GetTimestamp();
            times.Add(Stopwatch.GetElapsedTime(last, now).TotalSeconds);
            last = now;
            TimeSpan since = Stopwatch.GetElapsedTime(start, now);
            if (since >= OfSample && (times.Count >= IterationsOfSample || since >= LongestOfSample))
            {
                enough.Cancel();
            }
        }, enough.Token);
        stop.ThrowIfCancellationRequested();

        // The first half is that of code that is being compiled; other work of the machine makes a few of the others long.
        double[] later = [.. times.Skip(times.Count / 2).Order()];
        return later.Length == 0 ? 0 : later[later.Length / 2];
    }

    /// <summary>Seconds for the snapshots of a run on some prompts.</summary>
    private static double ScoringOf(TrainingSettings settings)
    {
        TrainingRun<float> run = new(settings with { Precision = Precision.Single });
        History<float> history = new(settings.Layout, run.History.Covariance);
        int snapshots = Math.Min(PointScorer.MostSnapshots, 2 + ((settings.MaxIterations - 1) / settings.HistoryStride));
        for (int i = 0; i < snapshots; i++)
        {
            history.Add(i, run.Parameters);
        }

        FinishedRun finished = new(settings, history, [], 0, null);
        double best = double.PositiveInfinity;
        long first = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(first) < OfSample)
        {
            // The best of many, because the first are those of code that is being compiled.
            long start = Stopwatch.GetTimestamp();
            FreshScores.Of([.. Enumerable.Range(0, snapshots).Select(t => (Snapshot[])[new(finished, t)])], PromptsOfSample,
                FreshScores.TuningKey, 1, _ => new Nobody(), CancellationToken.None);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }
}
