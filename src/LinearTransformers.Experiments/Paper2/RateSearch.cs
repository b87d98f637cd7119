using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>What a learning rate led to.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="Losses">The final test loss of each seed, that before divergence where the run diverged.</param>
/// <param name="Diverged">Seeds whose run diverged.</param>
internal sealed record RateOutcome(double Rate, double[] Losses, int Diverged)
{
    /// <summary>The mean over seeds, +∞ if any diverged.</summary>
    public double Mean => Diverged > 0 ? double.PositiveInfinity : Losses.Average();

    /// <summary>The standard error of the mean; NaN where there is none.</summary>
    public double Error => Diverged > 0 || Losses.Length < 2 ? double.NaN : Seeds.Of([.. Losses.Select(loss => (double[])[loss])]).Deviation[0] / Math.Sqrt(Losses.Length);
}

/// <summary>
/// Trains with each learning rate of a grid. A run's final loss is the median of the last twenty points, 50 iterations
/// apart, on the published test batch: a single one may stand in a spike.
/// </summary>
internal static class RateSearch
{
    public const int MeasureEvery = 50;

    public const int PointsAtTheEnd = 20;

    /// <summary>The least test loss on a run's way, wherever it ends.</summary>
    public static double LeastLoss(FinishedRun run, PromptBatch test)
        => LossCurve.Along(run, OptimizationRuns.Every(MeasureEvery, run), test).Min();

    /// <summary>One, two and five times the powers of ten: so many of them, the given one at this place.</summary>
    public static double[] Grid(double through, int place, int count)
    {
        int center = (int)Math.Round(3 * Math.Log10(through));
        return [.. Enumerable.Range(center - place, count).Select(Rate)];
    }

    /// <summary>The search's settings: what a search looks at is a small part of a history.</summary>
    public static RunPlan Plan(string variant, TrainingSettings settings)
        => new($"{variant}-lr{FormattableString.Invariant($"{settings.LearningRate}")}", settings with { HistoryStride = MeasureEvery });

    /// <summary>The outcomes of some runs, by learning rate, ascending.</summary>
    public static IReadOnlyList<RateOutcome> Outcomes(IEnumerable<FinishedRun> runs, PromptBatch test)
        => [.. runs.GroupBy(run => run.Settings.LearningRate).OrderBy(group => group.Key)
            .Select(group => new RateOutcome(group.Key, [.. group.Select(run => FinalLoss(run, test))], group.Count(run => run.DivergedAt is not null)))];

    /// <summary>The one at which fewest seeds diverge, and of these the one with the least mean.</summary>
    public static RateOutcome Best(IEnumerable<RateOutcome> outcomes) => outcomes.OrderBy(outcome => outcome.Diverged).ThenBy(outcome => outcome.Losses.Average()).First();

    /// <summary>A run's final test loss, or that before it diverged.</summary>
    public static double FinalLoss(FinishedRun run, PromptBatch test)
        => Seeds.Median(LossCurve.Along(run, [.. OptimizationRuns.Every(MeasureEvery, run).TakeLast(PointsAtTheEnd)], test));

    /// <summary>Number n of the series …, 1, 2, 5, 10, 20, 50, …, with 1 at 0, as the nearest double to its decimal name.</summary>
    private static double Rate(int n)
    {
        int decade = (int)Math.Floor(n / 3.0);
        int digit = (n - (3 * decade)) switch { 0 => 1, 1 => 2, _ => 5 };
        return double.Parse($"{digit}e{decade}", System.Globalization.CultureInfo.InvariantCulture);
    }
}
