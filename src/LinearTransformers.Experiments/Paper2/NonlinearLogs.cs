using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// Runs of nonlinear regression against the published logs of the same seeds, which were made on a GPU, whose sums are rounded in another
/// order. SGDM forgets that and is compared in all lines; Adam's small denominators amplify it, so that its runs are compared in the first
/// lines and, at the end, in distribution.
/// </summary>
internal static class NonlinearLogs
{
    private const int LastLines = 50;

    private static readonly int[] PublishedSeeds = [0, 1, 2];

    /// <summary>What a log's lines may differ by, relative to the published number.</summary>
    /// <param name="UpTo">The last iteration compared.</param>
    /// <param name="Loss">In the loss.</param>
    /// <param name="GradientNorm">In the gradient's norm: a difference of gradients near zero counts for more.</param>
    /// <param name="Norm">In the norm of the parameters after the step.</param>
    private sealed record Allowance(int UpTo, double Loss, double GradientNorm, double Norm)
    {
        public static Allowance Of(Optimizer algorithm)
            => algorithm is Sgd ? new(int.MaxValue, 1e-3, 2e-2, 1e-4) : new(100, 1e-4, 1e-3, 1e-4);
    }

    /// <summary>Rows for every run of which there is a published log.</summary>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="runs">Runs of both optimizers, with a history of every iterate.</param>
    public static IEnumerable<ResultRow> Compare(string experiment, IEnumerable<FinishedRun> runs)
        => runs.Where(run => PublishedSeeds.Any(run.IsOfPublishedSeed)).SelectMany(run => Compare(experiment, run));

    private static IEnumerable<ResultRow> Compare(string experiment, FinishedRun run)
    {
        string name = $"nonlinear_{OptimizationSetting.FileName(run.Settings.Optimizer)}_seed{run.Seed}";
        LogLine[] published = [.. PublishedLog.Read(name).Where(line => line.Iteration < run.Settings.MaxIterations)];
        Dictionary<int, LogLine> ours = run.Log.ToDictionary(line => line.Iteration);
        Allowance allowed = Allowance.Of(run.Settings.Optimizer);
        LogLine[] first = [.. published.Where(line => line.Iteration <= allowed.UpTo)];
        IEnumerable<(LogLine Line, LogLine Ours)> pairs = first.Select(line => (line, ours[line.Iteration]));
        IEnumerable<double> norms = PublishedLog.ReadColumn(name, "weightnorm").Take(first.Length);
        string label = $"{OptimizationSetting.Label(run.Settings.Optimizer)}, seed {run.Seed}";
        string where = $"{first.Length} lines up to iteration {first[^1].Iteration}";
        yield return Row("losses", pairs.Max(pair => Difference(pair.Ours.Loss, pair.Line.Loss)), allowed.Loss);
        yield return Row(
            "gradient norms", pairs.Max(pair => Difference(pair.Ours.GradientNorm, pair.Line.GradientNorm)), allowed.GradientNorm);
        yield return Row(
            "norms of the parameters after the step",
            first.Zip(norms, (line, norm) => Difference(Norm(run.History.At(line.Iteration + 1)), norm)).Max(),
            allowed.Norm);
        if (first.Length < published.Length && published.Length >= 2 * LastLines)
        {
            LogLine[] last = published[^LastLines..];
            yield return Ends(
                experiment,
                label,
                [.. last.Select(line => Math.Log(ours[line.Iteration].Loss))],
                [.. last.Select(line => Math.Log(line.Loss))]);
        }

        ResultRow Row(string what, double largest, double tolerance)
            => new(
                experiment,
                $"{label}: largest relative difference from the published {what} in {where}",
                0,
                null,
                largest,
                FormattableString.Invariant($"{tolerance:0e-0}"),
                Judge.Of(largest <= tolerance));
    }

    /// <summary>The last losses of two runs that have parted: their logarithms scatter independently from line to line.</summary>
    private static ResultRow Ends(string experiment, string label, double[] ours, double[] theirs)
    {
        Seeds here = Seeds.OfValues(ours);
        Seeds there = Seeds.OfValues(theirs);
        double tolerance = MeanTolerance.Of((here.Deviation[0], ours.Length), (there.Deviation[0], theirs.Length));
        return new ResultRow(
            experiment,
            $"{label}: geometric mean of the losses in the last {ours.Length} log lines",
            Math.Exp(there.Mean[0]),
            null,
            Math.Exp(here.Mean[0]),
            FormattableString.Invariant($"a factor of {Math.Exp(tolerance):0.00}, two standard errors"),
            Judge.Of(Math.Abs(here.Mean[0] - there.Mean[0]) <= tolerance));
    }

    private static double Difference(double ours, double published) => Math.Abs((ours / published) - 1);

    private static double Norm(ReadOnlySpan<float> parameters)
    {
        double sum = 0;
        foreach (float parameter in parameters)
        {
            sum += parameter * (double)parameter;
        }

        return Math.Sqrt(sum);
    }
}
