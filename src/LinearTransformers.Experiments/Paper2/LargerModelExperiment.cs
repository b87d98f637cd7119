using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// The larger model of paper [2]: eight layers, twenty dimensions, contexts of sixty examples. No learning rates were
/// published for it, so each optimizer takes the best of six on all its seeds after a tenth of the iterations: runs
/// of so deep a model diverge at any rate, sooner or later, and which of them lasts longest on one seed says little about others.
/// </summary>
public sealed class LargerModelExperiment : IExperiment
{
    private const int SearchIterations = 1000;

    private static readonly double[] Rates = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02];

    /// <inheritdoc/>
    public string Name => "larger-model";

    /// <inheritdoc/>
    public string Summary => "8 layers, d = 20, N = 60: test loss of both optimizers (paper [2])";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2];

    /// <inheritdoc/>
    public int PublishedIterations => OptimizationRuns.PublishedIterations;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        GapVariant variant = new("L8-d20-N60", "L = 8, d = 20, N = 60", new TrainingSettings
        {
            Layers = 8,
            Dimension = 20,
            ContextLength = 60,
            MaxIterations = iterations,
            Stream = options.Stream,
        });
        (IReadOnlyList<GapRuns> runs, IReadOnlyList<ResultRow> search) = new RateChoice(Rates, seeds, SearchIterations).Train(
            Name, [variant], seeds, options, progress, stop);
        ResultFolder folder = new(this, options);
        return folder.Finish([.. search, .. new GapReport(Name, runs, folder, options, progress).Losses(least: true, stop)]);
    }
}
