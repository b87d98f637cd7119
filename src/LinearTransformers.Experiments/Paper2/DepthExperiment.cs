using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// What depth does to the gap between the optimizers (paper [2], section on depth): two, four, six and eight layers, normal
/// covariates, N = 20. No learning rates were published for these, so each optimizer takes the best of ten.
/// Deep models diverge now and then whatever the rate: the loss of a rare prompt, a polynomial in its data of a degree that grows
/// threefold with each layer, overflows. Such runs
/// count as far as they go, and claims about training are judged at the deepest model whose runs all end.
/// </summary>
public sealed class DepthExperiment : IExperiment
{
    private const int NoiseSamples = 10_000;

    private static readonly int[] Depths = [2, 4, 6, 8];
    private static readonly double[] Rates = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];

    /// <inheritdoc/>
    public string Name => "depth";

    /// <inheritdoc/>
    public string Summary => "2, 4, 6 and 8 layers: loss, noise and condition numbers of both optimizers (paper [2])";

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
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        GapVariant[] variants = [.. Depths.Select(layers => new GapVariant(
            $"L{layers}", $"L = {layers}", new TrainingSettings { Layers = layers, MaxIterations = iterations, Stream = options.Stream }))];
        (IReadOnlyList<GapRuns> runs, IReadOnlyList<ResultRow> search) = new RateChoice(Rates, [.. seeds.Take(2)], null)
            .Train(Name, variants, seeds, options, progress, stop);

        ResultFolder folder = new(this, options);
        GapReport report = new(Name, runs, folder, options, progress);
        bool isFullScale = iterations == PublishedIterations;
        int samples = isFullScale ? NoiseSamples : Math.Clamp(iterations, 100, NoiseSamples);
        ResultRow[] rows = [.. report.Losses(least: true, stop), .. report.Noise(samples, stop), .. report.ConditionNumbersAlong(stop)];
        ResultRow[] claims =
        [
            report.Claim("SGDM's least loss over Adam's", report.LossRatios, report.LastStable, 0, isFullScale),
            report.Claim("one over the noise's tail index", [.. report.TailIndices.Select(index => 1 / index)], Depths.Length - 1, 0,
                isFullScale),
            report.Claim("SGDM's condition number over Adam's", report.ConditionRatios, report.LastStable, 0, isFullScale),
        ];
        return folder.Finish([.. rows, .. claims], [.. search]);
    }
}
