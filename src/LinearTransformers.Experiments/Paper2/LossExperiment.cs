using System.Collections.Concurrent;
using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Prompts;
using LinearTransformers.Storage;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// The gap between SGD with momentum and Adam on linear transformers of three layers (paper [2], figure 1 and its
/// plot_loss notebook): the loss on a test batch every 50 iterations, each optimizer at its best learning rate.
/// </summary>
public sealed class LossExperiment : IExperiment
{
    private const int MeasureEvery = 50;

    /// <inheritdoc/>
    public string Name => "loss";

    /// <inheritdoc/>
    public string Summary => "SGD with momentum against Adam, three layers: test loss (paper [2])";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds => OptimizationRuns.PublishedSeeds;

    /// <inheritdoc/>
    public int PublishedIterations => OptimizationRuns.PublishedIterations;

    /// <inheritdoc/>
    public IReadOnlyList<string> SettingNames => OptimizationSetting.Names;

    /// <inheritdoc/>
    public IReadOnlyList<Algorithm> Algorithms => OptimizationSetting.Algorithms;

    /// <summary>One for each setting and optimizer.</summary>
    public IReadOnlyList<Preset> Presets
        => [.. from setting in OptimizationSetting.All
               from algorithm in OptimizationSetting.Algorithms
               select new Preset($"{setting.Name}-{OptimizationSetting.FileName(algorithm)}", setting.Training(algorithm, PublishedSeeds[0]))];

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        bool isFullScale = (options.MaxIterations ?? PublishedIterations) == PublishedIterations;
        ConcurrentDictionary<OptimizationSetting, GradientDescentPlusPlusOptimum> floors = [];
        Action[] sampling = [.. OptimizationSetting.Of(options).Where(setting => setting.Mode is PromptMode.Normal)
            .Select(setting => (Action)(() => floors[setting] = SampledFloor.Of(setting.Training(Algorithm.Adam, 0), isFullScale, stop)))];
        IReadOnlyList<OptimizationGroup> groups = OptimizationRuns.Train(
            options.Algorithms ?? Algorithms, options.Seeds ?? PublishedSeeds, options, progress, stop, sampling);
        ResultFolder folder = new(this, options);
        List<ResultRow> rows = [];
        foreach (IGrouping<OptimizationSetting, OptimizationGroup> setting in groups.GroupBy(group => group.Setting))
        {
            Curve[] curves = Measure([.. setting]);
            GradientDescentPlusPlusOptimum? floor = floors.GetValueOrDefault(setting.Key);
            folder.Draw($"loss-{setting.Key.Name}", () => LossFigure(curves, floor));
            folder.WriteMeasurements($"loss-{setting.Key.Name}", Tensors(curves));
            rows.AddRange(Compare(setting.Key, curves, isFullScale));
        }

        return folder.Finish(rows);
    }

    /// <summary>Test losses of a group, by seed and iteration.</summary>
    private sealed record Curve(OptimizationGroup Group, int[] Iterations, double[][] Losses)
    {
        public Seeds Seeds { get; } = Seeds.Of(Losses);

        /// <summary>The median of the last points of each seed: single points may stand in a spike.</summary>
        public double[] Last => [.. Losses.Select(losses => Seeds.Median(losses.TakeLast(RateSearch.PointsAtTheEnd)))];
    }

    private static Curve[] Measure(IReadOnlyList<OptimizationGroup> groups)
    {
        TrainingSettings settings = groups[0].Runs[0].Settings;
        PromptBatch test = FreshPrompts.Draw(settings);
        int[] iterations = OptimizationRuns.Every(MeasureEvery, settings);
        return [.. groups.Select(group => new Curve(group, iterations, [.. group.Runs.Select(run => LossCurve.Along(run, iterations, test))]))];
    }

    /// <summary>What GD++ can reach with normal covariates; for others there is no exact value.</summary>
    private static double? Floor(OptimizationSetting setting)
        => setting.Mode is PromptMode.Normal ? GradientDescentPlusPlusFloor.Optimum(setting.ContextLength, 5, 3).Loss : null;

    private static LineFigure LossFigure(Curve[] curves, GradientDescentPlusPlusOptimum? floor)
        => new("", new Axis("Iteration"), new Axis("Test loss", AxisScale.Logarithmic) { Minimum = Math.Min(floor?.Loss ?? double.PositiveInfinity, curves.Min(curve => curve.Seeds.Mean.Min())) / 2 }, curves.Select(curve => SeedCurve.Of(
            $"{curve.Group.Label}, learning rate {curve.Group.Runs[0].Settings.LearningRate.ToString(CultureInfo.InvariantCulture)}",
            curve.Iterations,
            curve.Seeds,
            partOfDeviation: 0.25,
            OptimizerColors.Of(curve.Group.Algorithm))))
        {
            ReferenceLines = floor is null ? [] : [SampledFloor.Line(floor)],
        };

    private static Tensor[] Tensors(Curve[] curves)
        => [Tensor.Vector("iteration", [.. curves[0].Iterations.Select(t => (long)t)]), .. curves.Select(curve => Tensor.Of(
            OptimizationSetting.FileName(curve.Group.Algorithm), [.. curve.Losses.SelectMany(losses => losses)], curve.Losses.Length, curve.Iterations.Length))];

    private IEnumerable<ResultRow> Compare(OptimizationSetting setting, Curve[] curves, bool isFullScale)
    {
        foreach (Curve curve in curves)
        {
            Seeds last = Seeds.Of([.. curve.Last.Select(loss => (double[])[loss])]);
            double? published = PublishedLoss(setting, curve.Group.Algorithm);
            yield return new ResultRow(
                Name,
                FormattableString.Invariant($"{setting.Name}, {curve.Group.Label}: test loss, median of the last {Math.Min(RateSearch.PointsAtTheEnd, curve.Iterations.Length)} points, mean of {curve.Losses.Length} (± {last.Deviation[0]:G2})"),
                isFullScale ? published : null,
                Floor(setting),
                last.Mean[0],
                published is null || !isFullScale ? null : "read off the figure: 25 %",
                Judge.Of(Math.Abs((last.Mean[0] / (published ?? last.Mean[0])) - 1) <= 0.25, isFullScale && published is not null));
        }

        if (curves.Length == 2)
        {
            int[] better = [.. curves[0].Last.Zip(curves[1].Last, (sgd, adam) => sgd > adam ? 1 : 0)];
            yield return new ResultRow(
                Name,
                FormattableString.Invariant($"{setting.Name}: seeds in which Adam ends below SGDM; SGDM's loss over Adam's {curves[0].Last.Average() / curves[1].Last.Average():G3}"),
                better.Length,
                null,
                better.Sum(),
                "all",
                Judge.Of(better.Sum() == better.Length, isFullScale));
        }
    }

    private static double? PublishedLoss(OptimizationSetting setting, Algorithm algorithm)
        => setting.Name == "normal-n20" ? PublishedFigures.Number("loss_normal_N20", OptimizationSetting.FileName(algorithm)) : null;
}
