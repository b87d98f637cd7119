using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>A kind of model or data that both optimizers are tried on, each at a learning rate of its own.</summary>
/// <param name="Name">In file names.</param>
/// <param name="Title">In figures and tables.</param>
/// <param name="Settings">Its settings, all but optimizer, learning rate and seed.</param>
internal sealed record GapVariant(string Name, string Title, TrainingSettings Settings);

/// <summary>The runs of a variant, a run for each seed.</summary>
internal sealed record GapRuns(GapVariant Variant, IReadOnlyList<FinishedRun> Sgd, IReadOnlyList<FinishedRun> Adam)
{
    public IEnumerable<FinishedRun> All => Sgd.Concat(Adam);

    public IReadOnlyList<FinishedRun> Of(Optimizer algorithm) => algorithm is Sgd ? Sgd : Adam;
}

/// <summary>
/// Where no learning rates were published: the best of a grid on a few seeds, then all seeds with these. Deep models diverge
/// now and then whatever the rate, so a rate is as good as the least loss that its runs reach on their way, on the published test batch: on
/// this rates are chosen, whatever the results are scored on.
/// </summary>
/// <param name="Rates">The grid.</param>
/// <param name="SearchSeeds">Seeds that the search takes.</param>
/// <param name="SearchIterations">Iterations that it gives each run; null for as many as the runs have.</param>
internal sealed record RateChoice(IReadOnlyList<double> Rates, IReadOnlyList<int> SearchSeeds, int? SearchIterations)
{
    /// <summary>Searches, then trains.</summary>
    /// <returns>The runs, and a line for each optimizer about the search.</returns>
    public (IReadOnlyList<GapRuns> Runs, IReadOnlyList<ResultRow> Search) Train(
        string experiment, IReadOnlyList<GapVariant> variants, IReadOnlyList<int> seeds, ExperimentOptions options,
            IProgressReporter progress, CancellationToken stop)
    {
        (GapVariant Variant, Optimizer Optimizer)[] pairs =
            [.. from variant in variants from algorithm in OptimizationSetting.Optimizers select (variant, algorithm)];
        RunPlan[] searched =
            [.. from pair in pairs from rate in Rates from seed in SearchSeeds select Plan(
                pair.Variant, pair.Optimizer, rate, seed, SearchIterations)];
        IReadOnlyList<FinishedRun> tries = RunSet.TrainOrDiverge(experiment, searched, options, progress, stop);

        int perPair = Rates.Count * SearchSeeds.Count;
        TestLosses losses = new(Protocol.Original, options.Threads, progress, stop);
        double[] least = [.. losses.Along([.. tries.Select(run => (run, OptimizationRuns.Every(RateSearch.MeasureEvery, run)))])
            .Select(curve => curve.Min())];
        IReadOnlyList<Outcome>[] outcomes = [.. pairs.Select((pair, i) => Outcomes(tries.Zip(least).Skip(i * perPair).Take(perPair)))];
        double[] best = [.. outcomes.Select(group => group.MinBy(outcome => outcome.MeanLog)!.Rate)];
        RunPlan[] plans = [.. pairs.SelectMany((pair, i) => seeds.Select(seed => Plan(pair.Variant, pair.Optimizer, best[i], seed, null)))];
        IReadOnlyList<FinishedRun> runs = RunSet.TrainOrDiverge(experiment, plans, options, progress, stop);
        return (
            [.. variants.Select((variant, v) => new GapRuns(variant, Taken(2 * v), Taken((2 * v) + 1)))],
            [.. pairs.Select((pair, i) => new ResultRow(
                experiment,
                $"{pair.Variant.Title}, {OptimizationSetting.Label(pair.Optimizer)}: best learning rate of "
                    + $"{Rates.Count}{Remark(outcomes[i])}",
                null,
                null,
                best[i],
                null,
                Verdict.None))]);

        IReadOnlyList<FinishedRun> Taken(int pair) => [.. runs.Skip(pair * seeds.Count).Take(seeds.Count)];
    }

    /// <summary>
    /// A learning rate, the mean logarithm of the least test losses that its runs reached, and how many of them diverged.
    /// </summary>
    private sealed record Outcome(double Rate, double MeanLog, int Diverged);

    private static IReadOnlyList<Outcome> Outcomes(IEnumerable<(FinishedRun Run, double Least)> runs)
        => [.. runs.GroupBy(pair => pair.Run.Settings.LearningRate).OrderBy(group => group.Key).Select(group => new Outcome(
            group.Key, group.Average(pair => Math.Log(pair.Least)), group.Count(pair => pair.Run.DivergedAt is not null)))];

    private static string Remark(IReadOnlyList<Outcome> outcomes)
    {
        double[] diverging = [.. outcomes.Where(outcome => outcome.Diverged > 0).Select(outcome => outcome.Rate)];
        return diverging.Length == 0 ? "" : "; runs diverge at "
            + string.Join(", ", diverging.Select(rate => FormattableString.Invariant($"{rate}")));
    }

    /// <summary>A run; the same for search and result where it is as long.</summary>
    private static RunPlan Plan(GapVariant variant, Optimizer algorithm, double rate, int seed, int? searchIterations)
    {
        TrainingSettings settings = variant.Settings with { Optimizer = algorithm, LearningRate = rate, Seed = seed };
        string suffix = "";
        if (searchIterations < settings.MaxIterations)
        {
            settings = settings with { MaxIterations = searchIterations.Value };
            suffix = "-search";
        }

        suffix += settings.MaxIterations == OptimizationRuns.PublishedIterations ? "" : $"-{settings.MaxIterations}its";
        return RateSearch.Plan($"{variant.Name}-{OptimizationSetting.FileName(algorithm)}{suffix}", settings);
    }
}
