using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// Whether the published learning rates are the best: ten rates around the published one, for each setting and optimizer, with
/// gradients clipped as published and not clipped.
/// </summary>
public sealed class LearningRatesExperiment : IExperiment
{
    private const int Rates = 10;
    private const int PlaceOfPublished = 4;

    /// <summary>Twice what an untrained model loses: beyond that nothing is learnt.</summary>
    private const double HighestLossDrawn = 10;

    /// <inheritdoc/>
    public string Name => "learning-rates";

    /// <inheritdoc/>
    public string Summary => "a grid of ten learning rates for each setting and optimizer of loss, clipped and not";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2];

    /// <inheritdoc/>
    public int PublishedIterations => OptimizationRuns.PublishedIterations;

    /// <inheritdoc/>
    public bool IsPublished => false;

    /// <inheritdoc/>
    public IReadOnlyList<string> SettingNames => OptimizationSetting.Names;

    /// <inheritdoc/>
    public IReadOnlyList<Optimizer> Optimizers => OptimizationSetting.Optimizers;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        IReadOnlyList<Search> searches = [.. from setting in OptimizationSetting.Of(options)
                                             from algorithm in options.Optimizers ?? Optimizers
                                             from clips in (bool[])[true, false]
                                             select new Search(setting, algorithm, clips, [], "")];
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        RunPlan[] plans = [.. searches.SelectMany(search => search.Plans(seeds, options, PublishedIterations))];
        IReadOnlyList<FinishedRun> runs = RunSet.TrainOrDiverge(Name, plans, options, progress, stop);

        int perSearch = Rates * seeds.Count;
        searches = [.. searches.Select((search, i) =>
        {
            FinishedRun[] own = [.. runs.Skip(i * perSearch).Take(perSearch)];
            TestLosses losses = TestLosses.Of(options, own.Select(run => run.Settings), progress, stop);
            return search with { Outcomes = RateSearch.Outcomes(own.Zip(RateSearch.FinalLosses(own, losses))),
                On = losses.On(own[0].Settings) };
        })];
        bool isFullScale = (options.MaxIterations ?? PublishedIterations) == PublishedIterations;
        ResultFolder folder = new(this, options);
        foreach (IGrouping<OptimizationSetting, Search> setting in searches.GroupBy(search => search.Setting))
        {
            if (setting.SelectMany(search => search.Outcomes).Any(outcome => outcome.Diverged == 0))
            {
                folder.Draw($"learning-rates-{setting.Key.Name}", () => Curves([.. setting]));
            }
        }

        return folder.Finish([.. searches.Select(search => Compare(search, isFullScale))], [.. searches.SelectMany(Details)]);
    }

    /// <summary>A grid for one setting and optimizer, with or without clipping.</summary>
    private sealed record Search(
        OptimizationSetting Setting, Optimizer Optimizer, bool Clips, IReadOnlyList<RateOutcome> Outcomes, string On)
    {
        public double PublishedRate => Setting.Rate(Optimizer);

        public string Label => $"{OptimizationSetting.Label(Optimizer)}{(Clips ? "" : ", not clipped")}";

        public RateOutcome Published => Outcomes.First(outcome => outcome.Rate == PublishedRate);

        public IEnumerable<RunPlan> Plans(IReadOnlyList<int> seeds, ExperimentOptions options, int publishedIterations)
        {
            int iterations = options.MaxIterations ?? publishedIterations;
            string variant =
                $"{Setting.Name}-{OptimizationSetting.FileName(Optimizer)}{(Clips ? "" : "-unclipped")}"
                    + (iterations == publishedIterations ? "" : $"-{iterations}its");
            return from rate in RateSearch.Grid(PublishedRate, PlaceOfPublished, Rates)
                   from seed in seeds
                   select RateSearch.Plan(variant, Setting.Training(Optimizer, seed) with
                   {
                       LearningRate = rate,
                       ToClip = Clips,
                       MaxIterations = iterations,
                       Stream = options.Stream,
                   });
        }
    }

    private static LineFigure Curves(IReadOnlyList<Search> searches)
    {
        IEnumerable<Search> drawn = searches.Where(search => search.Outcomes.Any(outcome => outcome.Diverged == 0));
        IEnumerable<Series> curves = drawn.Select(search =>
        {
            RateOutcome[] finite = [.. search.Outcomes.Where(outcome => outcome.Diverged == 0)];
            return new Series(search.Label, finite.Select(outcome => outcome.Rate), finite.Select(outcome => outcome.Mean))
            {
                Color = OptimizerColors.Of(search.Optimizer),
                LineStyle = search.Clips ? LineStyle.Solid : LineStyle.Dotted,
                Marker = search.Clips ? Marker.Circle : Marker.Cross,
            };
        });
        IEnumerable<Series> published = drawn.Where(search => search.Clips && search.Published.Diverged == 0).Select((search, i) =>
            new Series(i == 0 ? "published" : "", [search.PublishedRate], [search.Published.Mean])
            {
                Color = Palette.Blue,
                Marker = Marker.Diamond
            });
        return new LineFigure(
            "",
            new Axis("Learning rate", AxisScale.Logarithmic),
            new Axis("Final test loss", AxisScale.Logarithmic) { Maximum = HighestLossDrawn },
            [.. curves, .. published])
        {
            Legend = LegendPlacement.Below,
            Note = $"Test loss on {searches[0].On}, median of the last {RateSearch.PointsAtTheEnd} points, mean of the seeds.",
        };
    }

    private ResultRow Compare(Search search, bool isFullScale)
    {
        RateOutcome best = RateSearch.Best(search.Outcomes);
        RateOutcome published = search.Published;
        double within = best.Mean + (2 * Math.Sqrt((best.Error * best.Error) + (published.Error * published.Error)));
        RateOutcome[] diverged = [.. search.Outcomes.Where(outcome => outcome.Diverged > 0)];
        string divergence = diverged.Length == 0 ? "" : "; runs diverge at "
            + string.Join(", ", diverged.Select(outcome => FormattableString.Invariant($"{outcome.Rate}")));
        bool isBest = published.Rate == best.Rate || published.Mean <= within;
        bool isKnown = best.Diverged > 0 || TestLosses.IsKnown(best.Mean, best.PromptError);
        return new ResultRow(
            Name,
            string.Create(CultureInfo.InvariantCulture,
                $"{search.Setting.Name}, {search.Label}: best rate of ten, loss on {search.On} {best.Mean:G3}; at the published rate "
                    + $"{published.Mean:G3}{divergence}{(isKnown ? "" : TestLosses.NotKnown)}"),
            search.PublishedRate,
            null,
            best.Diverged > 0 ? double.NaN : best.Rate,
            search.Clips ? "the published one is best, or within two errors of it" : null,
            Judge.Of(isBest, isFullScale && search.Clips && isKnown));
    }

    private static string OverPrompts(double error)
        => double.IsNaN(error) ? "" : FormattableString.Invariant($"; ± {error:G2} over prompts");

    private IEnumerable<ResultRow> Details(Search search)
        => search.Outcomes.Select(outcome => new ResultRow(
            Name,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{search.Setting.Name}, {search.Label}, learning rate {outcome.Rate}: final test loss on {search.On}, mean of "
                    + $"{outcome.Losses.Length} (± {outcome.Error:G2}{OverPrompts(outcome.PromptError)}), {outcome.Diverged} diverged"),
            null,
            null,
            outcome.Diverged > 0 ? double.NaN : outcome.Mean,
            null,
            Verdict.None));
}
