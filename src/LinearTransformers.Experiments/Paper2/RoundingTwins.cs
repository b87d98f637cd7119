using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// What roundings alone do to a published ratio of condition numbers: the same runs with learning rates that differ by
/// a few roundings of a float, as two machines' sums differ. Where these twins part, no other machine's number can
/// be met more closely than they meet each other.
/// </summary>
/// <param name="sgd">SGDM's runs, a run for each seed.</param>
/// <param name="adam">Adam's, in the same order of seeds.</param>
/// <param name="measure">The condition numbers of a run at the iterations compared.</param>
/// <param name="stride">Of the twins' histories: what is compared and measured must be in them.</param>
internal sealed class RoundingTwins(
    IReadOnlyList<FinishedRun> sgd, IReadOnlyList<FinishedRun> adam, Func<FinishedRun, double[]> measure, int stride)
{
    private const double Nudge = 1e-7;

    private static readonly int[] Nudges = [-4, -3, -2, -1, 1, 2, 3, 4];

    private readonly double[][] _ours = [.. Ratios([.. sgd.Select(measure)], [.. adam.Select(measure)])];

    /// <summary>What the twins came to.</summary>
    /// <param name="Ours">The ratio of condition numbers, SGDM over Adam, of the runs: seed by seed, at the iterations.</param>
    /// <param name="Ratios">The same of their twins: twin by twin, seed by seed, at the iterations.</param>
    /// <param name="SgdDistances">‖θ − θ′‖/‖θ‖ of SGDM's run and its twin, the largest, at the iterations.</param>
    /// <param name="AdamDistances">Adam's.</param>
    public sealed record Outcome(double[][] Ours, double[][][] Ratios, double[] SgdDistances, double[] AdamDistances)
    {
        /// <summary>The twins' means over seeds at one of the iterations.</summary>
        public double[] Means(int at) => [.. Ratios.Select(twin => twin.Average(seed => seed[at]))];

        /// <summary>The deviation that roundings give the ratio of a seed, at one of the iterations: over run and twins.</summary>
        public double Deviation(int at, int seed)
            => Seeds.OfValues(Ratios.Select(twin => twin[seed][at]).Append(Ours[seed][at])).Deviation[0];

        /// <summary>
        /// That which they give the mean over n seeds, √(Σ s²)/n: seeds part independently, so it is better known than from a few means.
        /// </summary>
        public double DeviationOfMean(int at)
            => Math.Sqrt(Enumerable.Range(0, Ours.Length).Select(seed => Deviation(at, seed)).Sum(s => s * s)) / Ours.Length;

        /// <summary>
        /// What two machines' means over the same seeds may be apart: what seeds are apart by is in both alike, so it is roundings, of
        /// either, and the digits printed.
        /// </summary>
        public double Tolerance(int at, int decimals)
            => (0.5 * Math.Pow(10, -decimals)) + MeanTolerance.Of((DeviationOfMean(at), 1), (DeviationOfMean(at), 1));

        /// <summary>How many twins there are and what their means reach from and to, in words.</summary>
        public string Reach(int at)
            => FormattableString.Invariant(
                $"{Ratios.Length} twins that differ by roundings reach from {Means(at).Min():0.###} to {Means(at).Max():0.###}");
    }

    /// <summary>Trains the twins, up to the last of some iterations, and compares.</summary>
    /// <param name="experiment">Whose folder they go to.</param>
    /// <param name="name">What their folders' names begin with.</param>
    /// <param name="length">Iterations that they are trained for.</param>
    /// <param name="iterations">At which parameters are compared, below the length.</param>
    /// <param name="options">Of the experiment.</param>
    /// <param name="progress">Told of each run.</param>
    /// <param name="stop">Stops between two iterations.</param>
    public Outcome Compare(
        string experiment,
        string name,
        int length,
        IReadOnlyList<int> iterations,
        ExperimentOptions options,
        IProgressReporter progress,
        CancellationToken stop)
    {
        FinishedRun[] originals = [.. sgd, .. adam];
        RunPlan[] plans = [.. from nudge in Nudges
                              from original in originals
                              select new RunPlan(
                                  $"{name}{OptimizationSetting.FileName(original.Settings.Optimizer)}-twin-"
                                      + $"{(nudge < 0 ? "minus" : "plus")}{Math.Abs(nudge)}",
                                  original.Settings with
                                  {
                                      LearningRate = original.Settings.LearningRate * (1 + (Nudge * nudge)),
                                      MaxIterations = length,
                                      HistoryStride = stride,
                                  })];
        IRunProgress measuring = progress.Start("their condition numbers", plans.Length, cost: 2e4 * iterations.Count);
        IReadOnlyList<FinishedRun> runs = RunSet.Train(experiment, plans, options, progress, stop);
        double[][] measured = SideBySide.Measure(runs, options.Threads, measuring, measure, stop);
        return new Outcome(
            _ours,
            [.. Nudges.Select((_, twin) => Ratios(OfTwin(twin, sgd.Count, 0), OfTwin(twin, adam.Count, sgd.Count)).ToArray())],
            Distances(0, sgd.Count),
            Distances(sgd.Count, adam.Count));

        IReadOnlyList<double[]> OfTwin(int twin, int count, int from)
            => measured[((twin * originals.Length) + from)..((twin * originals.Length) + from + count)];

        double[] Distances(int from, int count)
            => [.. iterations.Select(t => Enumerable.Range(0, runs.Count)
                .Where(i => i % originals.Length >= from && i % originals.Length < from + count)
                .Max(i => Distance(originals[i % originals.Length].History.At(t), runs[i].History.At(t))))];
    }

    private static IEnumerable<double[]> Ratios(IReadOnlyList<double[]> sgd, IReadOnlyList<double[]> adam)
        => sgd.Zip(adam, (one, other) => one.Zip(other, (s, a) => s / a).ToArray());

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
