using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>The runs of one setting and one optimizer, a run for each seed.</summary>
internal sealed record OptimizationGroup(OptimizationSetting Setting, Optimizer Optimizer, IReadOnlyList<FinishedRun> Runs)
{
    public string Label => OptimizationSetting.Label(Optimizer);
}

/// <summary>
/// The training of paper [2]: three layers, each setting with both optimizers and several seeds. Losses, condition numbers
/// and smoothness are measured on the same runs, which are in the folder of the experiment <c>loss</c>.
/// </summary>
internal static class OptimizationRuns
{
    public const int PublishedIterations = 10_000;

    private const string Folder = "loss";

    public static IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2, 3, 4, 5];

    /// <summary>Trains what is not trained yet.</summary>
    public static IReadOnlyList<OptimizationGroup> Train(
        IReadOnlyList<Optimizer> algorithms, IReadOnlyList<int> seeds, ExperimentOptions options, IProgressReporter progress,
            CancellationToken stop, params IReadOnlyList<Action> otherWork)
    {
        int iterations = options.MaxIterations ?? PublishedIterations;
        string suffix = iterations == PublishedIterations ? "" : $"-{iterations}its";
        (OptimizationSetting Setting, Optimizer Optimizer)[] groups =
            [.. OptimizationSetting.Of(options).SelectMany(setting => algorithms.Select(algorithm => (setting, algorithm)))];
        RunPlan[] plans = [.. groups.SelectMany(group => seeds.Select(seed => new RunPlan(
            $"{group.Setting.Name}-{OptimizationSetting.FileName(group.Optimizer)}{suffix}",
            group.Setting.Training(group.Optimizer, seed) with { MaxIterations = iterations, Stream = options.Stream })))];
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Folder, plans, options, progress, stop, otherWork);
        return [.. groups.Select((group, i) => new OptimizationGroup(
            group.Setting, group.Optimizer, [.. runs.Skip(i * seeds.Count).Take(seeds.Count)]))];
    }

    /// <summary>Every <paramref name="stride"/>-th iteration of a run, 0 among them, the end not.</summary>
    public static int[] Every(int stride, TrainingSettings settings)
        => [.. Enumerable.Range(0, (settings.MaxIterations + stride - 1) / stride).Select(i => i * stride)];

    /// <summary>Those that a run came to, if it diverged.</summary>
    public static int[] Every(int stride, FinishedRun run)
        => [.. Every(stride, run.Settings).Where(t => t <= (run.DivergedAt ?? t))];
}
