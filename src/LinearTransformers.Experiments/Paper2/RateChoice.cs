using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
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

    public IReadOnlyList<FinishedRun> Of(Algorithm algorithm) => algorithm is Algorithm.Sgd ? Sgd : Adam;
}

/// <summary>Where no learning rates were published: the best of a grid on a few seeds, then all seeds with these.</summary>
/// <param name="Rates">The grid.</param>
/// <param name="SearchSeeds">Seeds that the search takes.</param>
/// <param name="SearchIterations">Iterations that it gives each run; null for as many as the runs have.</param>
internal sealed record RateChoice(IReadOnlyList<double> Rates, IReadOnlyList<int> SearchSeeds, int? SearchIterations)
{
    /// <summary>Searches, then trains.</summary>
    /// <returns>The runs, and a line for each optimizer about the search.</returns>
    public (IReadOnlyList<GapRuns> Runs, IReadOnlyList<ResultRow> Search) Train(
        string experiment, IReadOnlyList<GapVariant> variants, IReadOnlyList<int> seeds, ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        (GapVariant Variant, Algorithm Algorithm)[] pairs = [.. from variant in variants from algorithm in OptimizationSetting.Algorithms select (variant, algorithm)];
        RunPlan[] searched = [.. from pair in pairs from rate in Rates from seed in SearchSeeds select Plan(pair.Variant, pair.Algorithm, rate, seed, SearchIterations)];
        IReadOnlyList<FinishedRun> tries = RunSet.TrainOrDiverge(experiment, searched, options, progress, stop);

        int perPair = Rates.Count * SearchSeeds.Count;
        Ranking[] rankings = [.. pairs.Select((pair, i) => new Ranking(
            RateSearch.Outcomes(tries.Skip(i * perPair).Take(perPair), FreshPrompts.Statistics(pair.Variant.Settings))))];

        // A rate that served the seeds of the search and fails another one gives way to the next best.
        IReadOnlyList<FinishedRun>[] taken = new IReadOnlyList<FinishedRun>[pairs.Length];
        for (int[] open = [.. Enumerable.Range(0, pairs.Length)]; open.Length > 0; open = [.. open.Where(i => taken[i] is null)])
        {
            RunPlan[] plans = [.. open.SelectMany(i => seeds.Select(seed => Plan(pairs[i].Variant, pairs[i].Algorithm, rankings[i].Best, seed, null)))];
            IReadOnlyList<FinishedRun> runs = RunSet.TrainOrDiverge(experiment, plans, options, progress, stop);
            for (int k = 0; k < open.Length; k++)
            {
                FinishedRun[] group = [.. runs.Skip(k * seeds.Count).Take(seeds.Count)];
                if (group.All(run => run.DivergedAt is null))
                {
                    taken[open[k]] = group;
                }
                else if (!rankings[open[k]].GiveWay())
                {
                    throw new RunDivergedException($"{experiment}, {pairs[open[k]].Variant.Title}, {OptimizationSetting.Label(pairs[open[k]].Algorithm)}: runs diverge at every learning rate");
                }
            }
        }

        return (
            [.. variants.Select((variant, v) => new GapRuns(variant, taken[2 * v], taken[(2 * v) + 1]))],
            [.. pairs.Select((pair, i) => new ResultRow(
                experiment,
                $"{pair.Variant.Title}, {OptimizationSetting.Label(pair.Algorithm)}: best learning rate of {Rates.Count}{rankings[i].Remark}",
                null,
                null,
                rankings[i].Best,
                null,
                Verdict.None))]);
    }

    /// <summary>The learning rates of a search, the best first.</summary>
    private sealed class Ranking(IReadOnlyList<RateOutcome> outcomes)
    {
        private readonly RateOutcome[] _order = [.. outcomes.OrderBy(outcome => outcome.Mean)];
        private readonly SortedSet<double> _diverging = [.. outcomes.Where(outcome => outcome.Diverged > 0).Select(outcome => outcome.Rate)];
        private int _place;

        public double Best => _order[_place].Rate;

        public string Remark => _diverging.Count == 0 ? "" : "; runs diverge at " + string.Join(", ", _diverging.Select(rate => FormattableString.Invariant($"{rate}")));

        /// <summary>Goes on to the next one, if there is one.</summary>
        public bool GiveWay()
        {
            _diverging.Add(Best);
            return ++_place < _order.Length;
        }
    }

    /// <summary>A run; the same for search and result where it is as long.</summary>
    private static RunPlan Plan(GapVariant variant, Algorithm algorithm, double rate, int seed, int? searchIterations)
    {
        TrainingSettings settings = variant.Settings with { Algorithm = algorithm, LearningRate = rate, Seed = seed };
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
