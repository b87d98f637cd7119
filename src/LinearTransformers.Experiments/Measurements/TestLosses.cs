using System.Globalization;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// Test losses along runs: on many fresh prompts, the same for all runs that can share them, or, as published, on one batch of the run's
/// own size from a stream seeded with 99.
/// </summary>
/// <param name="protocol">Which of the two.</param>
/// <param name="threads">Threads that share the work.</param>
/// <param name="progress">Hears how it comes along.</param>
/// <param name="stop">Stops it.</param>
internal sealed class TestLosses(Protocol protocol, int threads, IProgressReporter progress, CancellationToken stop)
{
    /// <summary>How many fresh prompts there are unless something else is asked for.</summary>
    public const int DefaultPrompts = 100_000;

    /// <summary>How many fresh prompts.</summary>
    public int Prompts { get; init; } = DefaultPrompts;

    /// <summary>Where fresh prompts come from.</summary>
    public ulong Key { get; init; } = FreshScores.TestKey;

    /// <summary>Whether it is on fresh prompts.</summary>
    public bool IsFresh => protocol is Protocol.Fair;

    /// <summary>The same on the published batches.</summary>
    public TestLosses AsPublished => new(Protocol.Original, threads, progress, stop);

    /// <summary>As an experiment is run that has these settings: on fresh prompts only where they give a mean.</summary>
    public static TestLosses Of(
        ExperimentOptions options, IEnumerable<TrainingSettings> settings, IProgressReporter progress, CancellationToken stop)
        => new(settings.All(HasMean) ? options.Protocol : Protocol.Original, options.Threads, progress, stop);

    /// <summary>
    /// Whether so many prompts as there are give the mean loss. The loss is a polynomial in a prompt's data whose degree grows threefold
    /// with each layer: with covariates of
    /// heavy tails, with no more examples than dimensions, or with more than four layers, a few rare prompts decide the mean, be they as
    /// many as they may. After
    /// 10,000 iterations in mode gamma it is 5e4 ± 5e4 on 100,000 prompts, with five normal examples in five dimensions 1e6 ± 1e7, and of
    /// six layers 2e29 ± 2e29 after 500.
    /// </summary>
    public static bool HasMean(TrainingSettings settings)
        => settings.Covariates.HasLightTails && settings.ContextLength > settings.Dimension && settings.Layers <= 4;

    /// <summary>
    /// Whether a loss is known well enough to be judged: its error over prompts, where there is one, is a fifth of it at most.
    /// </summary>
    public static bool IsKnown(double loss, double promptError) => double.IsFinite(loss) && !(promptError > loss / 5);

    /// <summary>What is said where it is not.</summary>
    public const string NotKnown = "; not judged: rare prompts decide the loss";

    /// <summary>What losses of runs with these settings are scored on, in words: 100,000 fresh prompts.</summary>
    public string On(TrainingSettings settings)
        => protocol is Protocol.Fair
            ? string.Create(CultureInfo.InvariantCulture, $"{Prompts:N0} fresh prompts")
            : string.Create(CultureInfo.InvariantCulture, $"the published batch of {settings.BatchSize:N0} prompts");

    /// <summary>What a figure of them shows.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="points">The points of its curves.</param>
    public string Caption(IEnumerable<TrainingSettings> runs, IReadOnlyList<SeedPoint> points)
    {
        bool hasSeeds = points.Any(point => point.Count > 1);
        bool hasPrompts = points.Any(point => point.PromptError > 0);
        TrainingSettings[] settings = [.. runs.DistinctBy(run => run.BatchSize)];
        string on = protocol is Protocol.Fair || settings.Length == 1 ? On(settings[0]) : "the published batch of each run's own size";
        string band = (protocol, hasSeeds, hasPrompts) switch
        {
            (Protocol.Original, true, _) => " Band: the mean ± a quarter of the standard deviation over seeds, as published.",
            (Protocol.Fair, true, true) => " Band: the mean ± its standard error over prompts (dark) and over seeds (light).",
            (Protocol.Fair, true, false) => " Band: the mean ± its standard error over seeds.",
            (Protocol.Fair, false, true) => " Band: the mean ± its standard error over prompts.",
            _ => "",
        };
        string rare = protocol is Protocol.Fair && !runs.All(HasMean)
            ? " Rare prompts decide this mean: heavy tails, few examples or many layers; its band understates its error."
            : "";
        return $"Test loss on {on}.{band}{rare}";
    }

    /// <summary>The half-widths of the bands in such a figure.</summary>
    public IReadOnlyList<Func<SeedPoint, double>> Bands
        => protocol is Protocol.Fair ? [point => point.Error, point => point.PromptError] : [point => point.Deviation / 4];

    /// <summary>Scores models, point by point; all models of a point are of runs that differ in their seeds only.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public Score[] Of(IReadOnlyList<IReadOnlyList<Snapshot>> points)
    {
        if (points.Count == 0)
        {
            return [];
        }

        return protocol is Protocol.Fair ? FreshScores.Of(points, Prompts, Key, threads, Start, stop) : OnPublishedBatches(points);

        // A third of what an iteration of training costs that has so many prompts: there is no gradient.
        IRunProgress Start(int prompts)
            => progress.Start("prompts scored on", prompts,
                points.Sum(point => point.Count) * (points[0][0].Run.Settings.Layers - 0.7) / 3);
    }

    /// <summary>A run's losses at some iterations, run by run.</summary>
    /// <exception cref="OperationCanceledException">It was asked to stop.</exception>
    public double[][] Along(IReadOnlyList<(FinishedRun Run, int[] Iterations)> runs)
    {
        Score[] scores = Of([.. runs.SelectMany(run => run.Iterations.Select(t => (Snapshot[])[new(run.Run, t)]))]);
        double[][] losses = new double[runs.Count][];
        int begin = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = [.. scores.Skip(begin).Take(runs[i].Iterations.Length).Select(score => score.Losses[0])];
            begin += losses[i].Length;
        }

        return losses;
    }

    private Score[] OnPublishedBatches(IReadOnlyList<IReadOnlyList<Snapshot>> points)
    {
        double[][] losses = [.. points.Select(point => new double[point.Count])];
        IGrouping<object?, (FinishedRun Run, int Iteration, int Point, int Model)>[] runs = points
            .SelectMany((point, p) => point.Select((model, m) => (model.Run, model.Iteration, Point: p, Model: m)))
            .GroupBy(model => model.Run, ReferenceEqualityComparer.Instance).ToArray();
        SideBySide.Measure(runs, threads, progress.Start("test losses", runs.Length, cost: 1e5), run =>
        {
            FinishedRun one = (FinishedRun)run.Key!;
            BatchLoss<float> loss = FreshPrompts.Loss<float>(one.Settings, FreshPrompts.Draw(one.Settings, one.History.Covariance));
            foreach ((FinishedRun Run, int Iteration, int Point, int Model) model in run)
            {
                losses[model.Point][model.Model] = loss.Evaluate(one.History.At(model.Iteration));
            }

            return true;
        }, stop);
        return [.. losses.Select(ofPoint => new Score(ofPoint, double.NaN))];
    }
}
