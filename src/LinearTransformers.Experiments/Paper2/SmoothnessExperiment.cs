using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;
using LinearTransformers.Storage;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// The loss is smoother where its gradient is smaller (paper [2], figure 5 and its plot_smoothness_vs_gradnorm notebook): along
/// Adam's run of seed 1, gradient norm and curvature along the step at iterations 0 to 1998, on the test batch. The
/// published figure takes the curvature's logarithm and loses what is negative; here it is drawn and counted.
/// </summary>
public sealed class SmoothnessExperiment : IExperiment
{
    private const int PublishedPoints = 1999;

    /// <inheritdoc/>
    public string Name => "smoothness";

    /// <inheritdoc/>
    public string Summary => "curvature along the step against gradient norm, along Adam's run (paper [2])";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [1];

    /// <inheritdoc/>
    public int PublishedIterations => OptimizationRuns.PublishedIterations;

    /// <inheritdoc/>
    public IReadOnlyList<string> SettingNames => OptimizationSetting.Names;

    /// <inheritdoc/>
    public IReadOnlyList<Optimizer> Optimizers => OptimizationSetting.Optimizers;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        IReadOnlyList<Optimizer> algorithms = options.Optimizers ?? [new Adam()];
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        IRunProgress measuring =
            progress.Start("smoothness", OptimizationSetting.Of(options).Count * algorithms.Count * seeds.Count, cost: 3e6);
        Path[] paths = [.. OptimizationRuns.Train(algorithms, seeds, options, progress, stop)
            .SelectMany(group => group.Runs.Select(run => new Path(group, run.Seed, [])))];
        paths = SideBySide.Measure(
            paths,
            options.Threads,
            measuring,
            path => path with
            {
                Points =
                Smoothness.Along(path.Run, [.. Enumerable.Range(0, Math.Min(PublishedPoints, path.Run.Settings.MaxIterations))],
                    FreshPrompts.Draw(path.Run.Settings), stop)
            },
            stop);

        ResultFolder folder = new(this, options);
        List<ResultRow> rows = [];
        foreach (Path path in paths)
        {
            string name = $"smoothness-{path.Group.Setting.Name}-{OptimizationSetting.FileName(path.Group.Optimizer)}-seed{path.Seed}";
            folder.Draw(name, () => Smoothness.Figure(path.Points));
            folder.WriteMeasurements(name,
            [
                Tensor.Vector("iteration", path.Points.Select(point => (long)point.Iteration).ToArray()),
                Tensor.Vector("gradient_norm", path.Points.Select(point => point.GradientNorm).ToArray()),
                Tensor.Vector("curvature", path.Points.Select(point => point.Curvature).ToArray()),
            ]);
            rows.AddRange(Compare(path, isFullScale: path.Points.Length == PublishedPoints));
        }

        return folder.Finish(rows);
    }

    private sealed record Path(OptimizationGroup Group, int Seed, Smoothness[] Points)
    {
        public Runs.FinishedRun Run => Group.Runs.First(run => run.Seed == Seed);

        public string Label => $"{Group.Setting.Name}, {Group.Label}, seed {Seed}";
    }

    private IEnumerable<ResultRow> Compare(Path path, bool isFullScale)
    {
        if (Smoothness.OfLogarithms(path.Points) is { } logarithms)
        {
            yield return new ResultRow(
                Name,
                FormattableString.Invariant(
                    $"{path.Label}: correlation of log curvature and log gradient norm (± {logarithms.Error:0.00})"),
                null,
                null,
                logarithms.Coefficient,
                "positive by two errors",
                Judge.Of(logarithms.Coefficient > 2 * logarithms.Error, isFullScale));
        }

        Correlation ranks = Correlation.OfRanks(
            [.. path.Points.Select(point => point.GradientNorm)], [.. path.Points.Select(point => point.Curvature)]);
        yield return new ResultRow(
            Name,
            FormattableString.Invariant($"{path.Label}: the same of ranks, negative curvatures among them (± {ranks.Error:0.00})"),
            null,
            null,
            ranks.Coefficient,
            "positive by two errors",
            Judge.Of(ranks.Coefficient > 2 * ranks.Error, isFullScale));
        yield return new ResultRow(
            Name, $"{path.Label}: negative curvatures among {path.Points.Length}", null, null,
                path.Points.Count(point => point.Curvature < 0), null, Verdict.None);
    }
}
