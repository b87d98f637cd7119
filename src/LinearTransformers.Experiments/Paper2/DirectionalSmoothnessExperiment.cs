using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// The directional smoothness of paper [2], figure 2, in its linear settings: the curvature along the step that follows, vᵀ∇²f v/‖v‖² on
/// the test batch, is larger along the runs of SGD with momentum than along Adam's. The runs are those of loss.
/// </summary>
public sealed class DirectionalSmoothnessExperiment : IExperiment
{
    private const int MeasureEvery = 50;

    /// <inheritdoc/>
    public string Name => "directional-smoothness";

    /// <inheritdoc/>
    public string Summary => "curvature along the step, SGDM against Adam, in the linear settings (paper [2], figure 2)";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds => OptimizationRuns.PublishedSeeds;

    /// <inheritdoc/>
    public int PublishedIterations => OptimizationRuns.PublishedIterations;

    /// <inheritdoc/>
    public IReadOnlyList<string> SettingNames => OptimizationSetting.Names;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        bool isFull = (options.MaxIterations ?? PublishedIterations) == PublishedIterations;
        IReadOnlyList<OptimizationGroup> groups =
            OptimizationRuns.Train(OptimizationSetting.Optimizers, seeds, options, progress, stop);
        FinishedRun[] runs = [.. groups.SelectMany(group => group.Runs)];
        Smoothness[][] paths = SideBySide.Measure(
            runs,
            options.Threads,
            progress.Start("directional smoothness", runs.Length, cost: 1e6),
            run => Smoothness.Along(
                run,
                [.. OptimizationRuns.Every(MeasureEvery, run).Where(t => t < run.Settings.MaxIterations)],
                FreshPrompts.Draw(run.Settings),
                stop),
            stop);

        ResultFolder folder = new(this, options);
        List<ResultRow> rows = [];
        List<LineFigure> panels = [];
        for (int g = 0; g < groups.Count; g += 2)
        {
            OptimizationSetting setting = groups[g].Setting;
            Smoothness[][] sgd = Of(g);
            Smoothness[][] adam = Of(g + 1);
            double[] ratios = [.. sgd.Zip(adam, (s, a) => Median(s) / Median(a))];
            double[] medians = [Seeds.Median(sgd.Select(Median)), Seeds.Median(adam.Select(Median))];
            rows.Add(new ResultRow(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{setting.Name}: median curvature along a run, SGDM {medians[0]:G3}, Adam {medians[1]:G3}: SGDM over Adam, median of "
                        + $"{Counted.Of(seeds.Count, "seed")}"),
                null, null, Seeds.Median(ratios), setting.IsInTable ? "above 1" : null,
                Judge.Of(Seeds.Median(ratios) > 1, isFull && setting.IsInTable)));
            rows.Add(new ResultRow(
                Name, $"{setting.Name}: seeds in which SGDM's is larger, of {seeds.Count}", null, null, ratios.Count(ratio => ratio > 1),
                null, Verdict.None));
            rows.Add(new ResultRow(
                Name, $"{setting.Name}: share of negative curvatures, SGDM", null, null, Negative(sgd), null, Verdict.None));
            rows.Add(new ResultRow(
                Name, $"{setting.Name}: share of negative curvatures, Adam", null, null, Negative(adam), null, Verdict.None));
            panels.Add(new LineFigure(
                setting.Title, new Axis("Iteration"), new Axis("Curvature along step", AxisScale.Logarithmic),
                [Series(groups[g], sgd), Series(groups[g + 1], adam)]));
        }

        folder.Draw("directional-smoothness", () => new PanelFigure("", panels)
        {
            Columns = Math.Min(panels.Count, 2),
            Note = $"Curvature along the step that follows, on the published test batch; median of {Counted.Of(seeds.Count, "seed")}.",
        });
        return folder.Finish(rows);

        Smoothness[][] Of(int group) => [.. paths.Skip(group * seeds.Count).Take(seeds.Count)];
    }

    private static double Median(Smoothness[] path) => Seeds.Median(path.Select(point => point.Curvature));

    private static double Negative(Smoothness[][] paths) => paths.SelectMany(path => path).Average(point => point.Curvature < 0 ? 1.0 : 0);

    private static Series Series(OptimizationGroup group, Smoothness[][] paths)
        => new(
            group.Label,
            paths[0].Select(point => (double)point.Iteration),
            paths[0].Select((_, i) => Seeds.Median(paths.Select(path => path[Math.Min(i, path.Length - 1)].Curvature))))
        {
            Color = OptimizerColors.Of(group.Optimizer),
        };
}
