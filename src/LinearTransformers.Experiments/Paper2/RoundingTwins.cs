using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// What roundings alone do to a published ratio of condition numbers: the same runs with learning rates that differ by
/// a rounding or two of a float, as two machines' sums differ. Where these twins part, no other machine's number can
/// be met more closely than they meet each other.
/// </summary>
internal static class RoundingTwins
{
    private const double Nudge = 1e-7;

    private static readonly int[] Nudges = [-2, -1, 1, 2];

    /// <summary>The ratio of condition numbers, SGDM over Adam, its mean over seeds: twin by twin, at some iterations, all multiples of the stride.</summary>
    public static IReadOnlyList<double[]> Ratios(
        OptimizationSetting setting,
        IReadOnlyList<int> seeds,
        int[] iterations,
        int stride,
        string experiment,
        ExperimentOptions options,
        IProgressReporter progress,
        CancellationToken stop)
    {
        (int Nudge, Algorithm Algorithm, int Seed)[] twins =
            [.. from nudge in Nudges from algorithm in OptimizationSetting.Algorithms from seed in seeds select (nudge, algorithm, seed)];
        RunPlan[] plans = [.. twins.Select(twin => new RunPlan(
            $"{setting.Name}-{OptimizationSetting.FileName(twin.Algorithm)}-twin{Array.IndexOf(Nudges, twin.Nudge) + 1}",
            setting.Training(twin.Algorithm, twin.Seed) with
            {
                LearningRate = setting.Rate(twin.Algorithm) * (1 + (Nudge * twin.Nudge)),
                MaxIterations = iterations[^1] + 1,
                HistoryStride = stride,
                Stream = options.Stream,
            }))];
        IRunProgress measuring = progress.Start("their condition numbers", plans.Length, cost: 5e4 * iterations.Length);
        IReadOnlyList<FinishedRun> runs = RunSet.Train(experiment, plans, options, progress, stop);
        GramStatistics<float> test = FreshPrompts.Statistics(runs[0].Settings);
        ConditionNumbers[][] measured = SideBySide.Measure(runs, options.Threads, measuring, run => ConditionNumbers.Along(run, iterations, test), stop);

        int perTwin = 2 * seeds.Count;
        return [.. Nudges.Select((_, twin) => Seeds.Of([.. Enumerable.Range(0, seeds.Count).Select(seed => iterations
            .Select((_, i) => measured[(twin * perTwin) + seed][i].Published / measured[(twin * perTwin) + seeds.Count + seed][i].Published).ToArray())]).Mean)];
    }
}
