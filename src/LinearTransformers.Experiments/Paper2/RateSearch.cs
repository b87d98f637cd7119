using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>What a learning rate led to.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="Losses">The final test loss of each seed, that before divergence where the run diverged.</param>
/// <param name="Diverged">Seeds whose run diverged.</param>
/// <param name="PromptError">The standard error of their mean over prompts, about; NaN where it is not known.</param>
internal sealed record RateOutcome(double Rate, double[] Losses, int Diverged, double PromptError)
{
    /// <summary>The mean over seeds, +∞ if any diverged.</summary>
    public double Mean => Diverged > 0 ? double.PositiveInfinity : Losses.Average();

    /// <summary>The standard error of the mean; NaN where there is none.</summary>
    public double Error => Diverged > 0 || Losses.Length < 2 ? double.NaN
        : Seeds.Of([.. Losses.Select(loss => (double[])[loss])]).Deviation[0] / Math.Sqrt(Losses.Length);
}

/// <summary>The median test loss of a run's last points, and the standard error over prompts of one of them.</summary>
internal readonly record struct FinalLoss(double Median, double PromptError);

/// <summary>
/// Trains with each learning rate of a grid. A run's final loss is the median of the last twenty points, 50 iterations
/// apart: a single one may stand in a spike.
/// </summary>
internal static class RateSearch
{
    public const int MeasureEvery = 50;

    public const int PointsAtTheEnd = 20;

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
    /// <param name="runs">The runs, with the final loss of each.</param>
    public static IReadOnlyList<RateOutcome> Outcomes(IEnumerable<(FinishedRun Run, FinalLoss Loss)> runs)
        => [.. runs.GroupBy(pair => pair.Run.Settings.LearningRate).OrderBy(group => group.Key).Select(group => new RateOutcome(
            group.Key, [.. group.Select(pair => pair.Loss.Median)], group.Count(pair => pair.Run.DivergedAt is not null),
                group.Average(pair => pair.Loss.PromptError)))];

    /// <summary>The one at which fewest seeds diverge, and of these the one with the least mean.</summary>
    public static RateOutcome Best(IEnumerable<RateOutcome> outcomes)
        => outcomes.OrderBy(outcome => outcome.Diverged).ThenBy(outcome => outcome.Losses.Average()).First();

    /// <summary>The final test losses of runs, or those before they diverged.</summary>
    public static FinalLoss[] FinalLosses(IReadOnlyList<FinishedRun> runs, TestLosses losses)
    {
        int[][] last = [.. runs.Select(run => OptimizationRuns.Every(MeasureEvery, run).TakeLast(PointsAtTheEnd).ToArray())];
        Score[] scores = losses.Of([.. runs.SelectMany((run, i) => last[i].Select(t => (Snapshot[])[new(run, t)]))]);
        FinalLoss[] final = new FinalLoss[runs.Count];
        int begin = 0;
        for (int i = 0; i < final.Length; i++)
        {
            Score[] ofRun = scores[begin..(begin += last[i].Length)];

            // What is not a number is no small one.
            final[i] = new FinalLoss(
                Seeds.Median(ofRun.Select(score => double.IsNaN(score.Losses[0]) ? double.PositiveInfinity : score.Losses[0])),
                    Seeds.Median(ofRun.Select(score => score.Error)));
        }

        return final;
    }

    /// <summary>Number n of the series …, 1, 2, 5, 10, 20, 50, …, with 1 at 0, as the nearest double to its decimal name.</summary>
    private static double Rate(int n)
    {
        int decade = (int)Math.Floor(n / 3.0);
        int digit = (n - (3 * decade)) switch { 0 => 1, 1 => 2, _ => 5 };
        return double.Parse($"{digit}e{decade}", System.Globalization.CultureInfo.InvariantCulture);
    }
}
