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

    private static readonly int[] Nudges = [-4, -3, -2, -1, 1, 2, 3, 4];

    /// <summary>What the twins came to.</summary>
    /// <param name="Ratios">The ratio of condition numbers, SGDM over Adam: twin by twin, seed by seed, at the iterations.</param>
    /// <param name="SgdDistances">‖θ − θ′‖/‖θ‖ of SGDM's run and its twin, the largest, at the iterations.</param>
    /// <param name="AdamDistances">Adam's.</param>
    public sealed record Outcome(double[][][] Ratios, double[] SgdDistances, double[] AdamDistances)
    {
        /// <summary>The twins' means over seeds at one of the iterations.</summary>
        public double[] Means(int at) => [.. Ratios.Select(twin => twin.Average(seed => seed[at]))];

        /// <summary>
        /// The deviation that roundings give the mean over n seeds: √(Σ s²)/n with s the deviation of a seed's ratio over its run and that run's twins. Seeds part
        /// independently, so this is known far better than the deviation of a few means.
        /// </summary>
        /// <param name="at">Which of the iterations.</param>
        /// <param name="ours">The runs' own ratios there, seed by seed.</param>
        public double DeviationOfMean(int at, double[] ours)
            => Math.Sqrt(ours.Select((ratio, seed) => Seeds.OfValues(Ratios.Select(twin => twin[seed][at]).Append(ratio)).Deviation[0]).Sum(s => s * s)) / ours.Length;
    }

    /// <summary>Trains the twins of two groups and compares at some iterations, all multiples of the stride.</summary>
    public static Outcome Compare(
        OptimizationGroup sgd,
        OptimizationGroup adam,
        int[] iterations,
        int stride,
        string experiment,
        ExperimentOptions options,
        IProgressReporter progress,
        CancellationToken stop)
    {
        OptimizationSetting setting = sgd.Setting;
        int[] seeds = [.. sgd.Runs.Select(run => run.Seed)];
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
        IRunProgress measuring = progress.Start("their condition numbers", plans.Length, cost: 2e4 * iterations.Length);
        IReadOnlyList<FinishedRun> runs = RunSet.Train(experiment, plans, options, progress, stop);
        PromptBatch test = FreshPrompts.Draw(runs[0].Settings);
        double[][] measured = SideBySide.Measure(runs, options.Threads, measuring, run => ConditionNumbers.PublishedAlong(run, iterations, test, stop), stop);

        int perTwin = 2 * seeds.Length;
        return new Outcome(
            [.. Nudges.Select((_, twin) => seeds.Select((_, seed) => Ratios((twin * perTwin) + seed)).ToArray())],
            Distances(sgd),
            Distances(adam));

        double[] Ratios(int sgdRun) => [.. measured[sgdRun].Zip(measured[sgdRun + seeds.Length], (one, other) => one / other)];

        double[] Distances(OptimizationGroup group)
            => [.. iterations.Select(t => runs
                .Where(run => run.Settings.Algorithm == group.Algorithm)
                .Max(run => Distance(group.Runs.First(one => one.Seed == run.Seed).History.At(t), run.History.At(t))))];
    }

    private static double Distance(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        double difference = 0;
        double whole = 0;
        for (int i = 0; i < one.Length; i++)
        {
            difference += (one[i] - (double)other[i]) * (one[i] - (double)other[i]);
            whole += one[i] * (double)one[i];
        }

        return Math.Sqrt(difference / whole);
    }
}
