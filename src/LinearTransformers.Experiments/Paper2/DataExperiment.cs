using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// What the covariates' distribution does to the gap between the optimizers (paper [2], section on data): on the sphere, where
/// all have the same length, against lengths of heavy tails; the runs are those of loss in these two settings.
/// </summary>
public sealed class DataExperiment : IExperiment
{
    private const int NoiseSamples = 10_000;

    private static readonly string[] Settings = ["sphere", "gamma"];

    /// <inheritdoc/>
    public string Name => "data";

    /// <inheritdoc/>
    public string Summary
        => "covariates on the sphere against heavy tails: loss, noise and condition numbers of both optimizers (paper [2])";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds => OptimizationRuns.PublishedSeeds;

    /// <inheritdoc/>
    public int PublishedIterations => OptimizationRuns.PublishedIterations;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        IReadOnlyList<OptimizationGroup> groups = OptimizationRuns.Train(
            OptimizationSetting.Optimizers, options.Seeds ?? PublishedSeeds, options with { SettingNames = Settings }, progress, stop);
        GapRuns[] runs = [.. groups.GroupBy(group => group.Setting).Select(setting => new GapRuns(
            new GapVariant(setting.Key.Name, setting.Key.Title, setting.First().Runs[0].Settings),
            setting.First(group => group.Optimizer is Sgd).Runs,
            setting.First(group => group.Optimizer is Adam).Runs))];

        ResultFolder folder = new(this, options);
        GapReport report = new(Name, runs, folder, options, progress);
        bool isFullScale = iterations == PublishedIterations;
        int samples = isFullScale ? NoiseSamples : Math.Clamp(iterations, 100, NoiseSamples);
        ResultRow[] rows = [.. report.Losses(least: false, stop), .. report.Noise(samples, stop), .. report.ConditionNumbersAlong(stop)];
        ResultRow[] claims =
        [
            report.Claim("SGDM's final loss over Adam's", report.LossRatios, 1, 0, isFullScale),
            report.Claim("one over the noise's tail index", [.. report.TailIndices.Select(index => 1 / index)], 1, 0, isFullScale),
            report.Claim("SGDM's condition number over Adam's", report.ConditionRatios, 1, 0, isFullScale),
        ];
        return folder.Finish([.. rows, .. claims]);
    }
}
