using System.Collections.Concurrent;
using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Storage;
using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// The gap between SGD with momentum and Adam on linear transformers of three layers (paper [2], figure 1 and its
/// plot_loss notebook): the test loss every 50 iterations, each optimizer at its best learning rate. It is scored on 100,000 fresh prompts,
/// or as published on one
/// batch, on which the published numbers are compared in any case. Gamma covariates, whose mean a few rare prompts decide, are scored as
/// published.
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
    public IReadOnlyList<Optimizer> Optimizers => OptimizationSetting.Optimizers;

    /// <summary>One for each setting and optimizer.</summary>
    public IReadOnlyList<Preset> Presets
        => [.. from setting in OptimizationSetting.All
               from algorithm in OptimizationSetting.Optimizers
               select new Preset($"{setting.Name}-{OptimizationSetting.FileName(algorithm)}",
                   setting.Training(algorithm, PublishedSeeds[0]))];

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        bool isFullScale = (options.MaxIterations ?? PublishedIterations) == PublishedIterations;
        ConcurrentDictionary<OptimizationSetting, GradientDescentPlusPlusOptimum> floors = [];
        Action[] sampling = [.. OptimizationSetting.Of(options).Where(setting => setting.Mode is PromptMode.Normal)
            .Select(setting => (Action)(() => floors[setting] = SampledFloor.Of(setting.Training(new Adam(), 0), isFullScale, stop)))];
        IReadOnlyList<OptimizationGroup> groups = OptimizationRuns.Train(
            options.Optimizers ?? Optimizers, options.Seeds ?? PublishedSeeds, options, progress, stop, sampling);
        ResultFolder folder = new(this, options);
        List<ResultRow> rows = [];
        foreach (IGrouping<OptimizationSetting, OptimizationGroup> setting in groups.GroupBy(group => group.Setting))
        {
            TestLosses losses = TestLosses.Of(options, setting.SelectMany(group => group.Runs).Select(run => run.Settings), progress, stop);
            Curve[] curves = Measure([.. setting], losses);
            GradientDescentPlusPlusOptimum? floor = floors.GetValueOrDefault(setting.Key);
            folder.Draw($"loss-{setting.Key.Name}", () => LossFigure(curves, floor, losses));
            folder.WriteMeasurements($"loss-{setting.Key.Name}", Tensors(curves));
            rows.AddRange(Compare(setting.Key, curves, losses, isFullScale));
        }

        return folder.Finish(rows);
    }

    /// <summary>Test losses of a group along its runs.</summary>
    private sealed record Curve(OptimizationGroup Group, int[] Iterations, Score[] Scores)
    {
        public SeedPoint[] Points { get; } = [.. Scores.Select(SeedPoint.Of)];

        /// <summary>The median of the last points of each seed: single points may stand in a spike.</summary>
        public double[] Last => Medians(Scores);

        /// <summary>The error over prompts of the mean of these, about: that of a point.</summary>
        public double PromptError => Seeds.Median(Scores.TakeLast(RateSearch.PointsAtTheEnd).Select(score => score.Error));

        public static double[] Medians(IReadOnlyList<Score> scores)
            => [.. Enumerable.Range(0, scores[0].Losses.Length)
                .Select(seed => Seeds.Median(scores.TakeLast(RateSearch.PointsAtTheEnd).Select(score => score.Losses[seed])))];
    }

    private static Curve[] Measure(IReadOnlyList<OptimizationGroup> groups, TestLosses losses)
    {
        int[] iterations = OptimizationRuns.Every(MeasureEvery, groups[0].Runs[0].Settings);
        Score[] scores = losses.Of([.. groups.SelectMany(group => Points(group, iterations))]);
        return [.. groups.Select(
            (group, i) => new Curve(group, iterations, scores[(i * iterations.Length)..((i + 1) * iterations.Length)]))];
    }

    private static IEnumerable<Snapshot[]> Points(OptimizationGroup group, IEnumerable<int> iterations)
        => iterations.Select(t => group.Runs.Select(run => new Snapshot(run, t)).ToArray());

    /// <summary>What GD++ can reach with normal covariates; for others there is no exact value.</summary>
    private static double? Floor(OptimizationSetting setting)
        => setting.Mode is PromptMode.Normal ? GradientDescentPlusPlusFloor.Optimum(setting.ContextLength, 5, 3).Loss : null;

    private static LineFigure LossFigure(Curve[] curves, GradientDescentPlusPlusOptimum? floor, TestLosses losses)
        => new(
            "",
            new Axis("Iteration"),
            new Axis("Test loss", AxisScale.Logarithmic)
            {
                Minimum = curves.SelectMany(curve => curve.Points)
                .Where(point => point.IsPositive).Select(point => point.Mean).Append(floor?.Loss ?? double.PositiveInfinity).Min() / 4
            },
            curves.SelectMany(curve => SeedCurve.Of(
                $"{curve.Group.Label}, learning rate {curve.Group.Runs[0].Settings.LearningRate.ToString(CultureInfo.InvariantCulture)}",
                curve.Iterations,
                curve.Points,
                OptimizerColors.Of(curve.Group.Optimizer),
                LineStyle.Solid,
                losses.Bands)))
        {
            ReferenceLines = floor is null ? [] : [SampledFloor.Line(floor)],
            Note = losses.Caption(
                curves.SelectMany(curve => curve.Group.Runs).Select(run => run.Settings), [.. curves.SelectMany(curve => curve.Points)]),
        };

    private static Tensor[] Tensors(Curve[] curves)
        => [Tensor.Vector("iteration", [.. curves[0].Iterations.Select(t => (long)t)]), .. curves.SelectMany(curve => (Tensor[])[
            Tensor.Of(
                OptimizationSetting.FileName(curve.Group.Optimizer),
                [.. Enumerable.Range(0, curve.Group.Runs.Count).SelectMany(seed => curve.Scores.Select(score => score.Losses[seed]))],
                curve.Group.Runs.Count,
                curve.Iterations.Length),
            Tensor.Vector($"{OptimizationSetting.FileName(curve.Group.Optimizer)}_prompt_error",
                [.. curve.Scores.Select(score => score.Error)]),
        ])];

    private IEnumerable<ResultRow> Compare(OptimizationSetting setting, Curve[] curves, TestLosses losses, bool isFullScale)
    {
        foreach (Curve curve in curves)
        {
            double? published = PublishedLoss(setting, curve.Group.Optimizer);
            if (losses.IsFresh)
            {
                yield return Row(setting, curve, losses, curve.Last,
                    FormattableString.Invariant($"; ± {curve.PromptError:G2} over prompts"), Floor(setting), null, isFullScale);
            }

            if (!losses.IsFresh || published is not null)
            {
                TestLosses batch = losses.AsPublished;
                double[] last = losses.IsFresh
                    ? Curve.Medians(batch.Of([.. Points(curve.Group, curve.Iterations.TakeLast(RateSearch.PointsAtTheEnd))])) : curve.Last;
                yield return Row(setting, curve, batch, last, "", losses.IsFresh ? null : Floor(setting), published, isFullScale);
            }
        }

        if (curves.Length == 2)
        {
            int[] better = [.. curves[0].Last.Zip(curves[1].Last, (sgd, adam) => sgd > adam ? 1 : 0)];
            bool isKnown = curves.All(curve => TestLosses.IsKnown(curve.Last.Average(), curve.PromptError));
            yield return new ResultRow(
                Name,
                string.Create(CultureInfo.InvariantCulture,
                    $"{setting.Name}: seeds in which Adam ends below SGDM; SGDM's loss over Adam's "
                        + $"{curves[0].Last.Average() / curves[1].Last.Average():G3}{(isKnown ? "" : TestLosses.NotKnown)}"),
                better.Length,
                null,
                better.Sum(),
                isKnown ? "all" : null,
                Judge.Of(better.Sum() == better.Length, isFullScale && isKnown));
        }
    }

    private ResultRow Row(
        OptimizationSetting setting, Curve curve, TestLosses losses, double[] last, string error, double? floor, double? published,
            bool isFullScale)
    {
        SeedPoint seeds = SeedPoint.Of(last);
        return new ResultRow(
            Name,
            string.Create(CultureInfo.InvariantCulture,
                $"{setting.Name}, {curve.Group.Label}: test loss on {losses.On(curve.Group.Runs[0].Settings)}, median of the last "
                    + $"{Math.Min(RateSearch.PointsAtTheEnd, curve.Iterations.Length)} points, mean of {last.Length} (± "
                        + $"{(seeds.Count > 1 ? seeds.Deviation : 0):G2}{error})"),
            isFullScale ? published : null,
            floor,
            seeds.Mean,
            published is null || !isFullScale ? null : "read off the figure: 25 %",
            Judge.Of(Math.Abs((seeds.Mean / (published ?? seeds.Mean)) - 1) <= 0.25, isFullScale && published is not null));
    }

    private static double? PublishedLoss(OptimizationSetting setting, Optimizer algorithm)
        => setting.Name == "normal-n20" ? PublishedFigures.Number("loss_normal_N20", OptimizationSetting.FileName(algorithm)) : null;
}
