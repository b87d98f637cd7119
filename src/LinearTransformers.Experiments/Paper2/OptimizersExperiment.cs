using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// Whether Adam beats SGD by the noise, the sign or the scale (Kunstner, Chen, Lavington and Schmidt, <i>Noise is not the main factor
/// behind the gap between SGD and Adam on transformers, but sign descent might be</i>, 2023, arXiv 2304.13960), asked in the linear
/// settings of paper [2]: a fixed set of prompts; batches from a few prompts to the whole set, for as many iterations; each optimizer with
/// momentum .9 at its best learning rate for each size of batches; the loss on the set.
/// </summary>
public sealed class OptimizersExperiment : IExperiment
{
    private const int SetSize = 2048;
    private const int Rates = 10;
    private const int PlaceOfMiddle = 5;

    /// <summary>Runs this short only try the experiment out: on a small set, with few rates.</summary>
    private const int Trial = 100;

    private static readonly int[] BatchSizes = [8, 32, 128, 512, SetSize];

    /// <inheritdoc/>
    public string Name => "optimizers";

    /// <inheritdoc/>
    public string Summary => "noise, sign or scale: why Adam beats SGD, from small batches to full batch (arXiv 2304.13960)";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2];

    /// <inheritdoc/>
    public int PublishedIterations => 2000;

    /// <inheritdoc/>
    public bool IsPublished => false;

    /// <inheritdoc/>
    public IReadOnlyList<string> SettingNames => OptimizationSetting.Names;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        bool isTrial = iterations < Trial;
        int[] batchSizes = isTrial ? [BatchSizes[0], 4 * BatchSizes[0]] : BatchSizes;
        Search[] searches = [.. from setting in OptimizationSetting.Of(options)
                                from kind in OptimizerKind.All
                                from batch in batchSizes
                                select new Search(setting, kind, batch, batchSizes[^1], isTrial ? 2 : Rates)];
        string suffix = iterations == PublishedIterations ? "" : $"-{iterations}its";
        RunPlan[] plans = [.. searches.SelectMany(search => search.Plans(seeds, iterations, suffix, options))];
        IReadOnlyList<FinishedRun> runs = RunSet.TrainOrDiverge(Name, plans, options, progress, stop);

        (Search Search, FinishedRun[] Runs)[] groups = [.. searches
            .Zip(runs.Chunk(searches[0].Rates * seeds.Count))
            .SelectMany(pair => pair.Second.GroupBy(run => run.Seed).Select(ofSeed => (pair.First, ofSeed.ToArray())))];
        FinalLoss[][] losses = SideBySide.Measure(
            groups, options.Threads, progress.Start("losses on the sets", groups.Length, cost: 1e6),
            group => FinalLosses(group.Runs), stop);
        Outcome[] outcomes = [.. searches.Select(search => Outcome.Of(search, groups.Zip(losses)
            .Where(pair => pair.First.Search == search).SelectMany(pair => pair.First.Runs.Zip(pair.Second))))];

        ResultFolder folder = new(this, options);
        List<ResultRow> rows = [];
        List<LineFigure> panels = [];
        foreach (IGrouping<OptimizationSetting, Outcome> setting in outcomes.GroupBy(outcome => outcome.Search.Setting))
        {
            rows.AddRange(Compare(setting.Key, [.. setting], batchSizes, iterations == PublishedIterations));
            panels.Add(ByBatch(setting.Key, [.. setting]));
        }

        folder.Draw("optimizers", () => new PanelFigure("", panels)
        {
            Columns = Math.Min(panels.Count, 2),
            ShareVerticalAxis = false,
            Note = $"Loss on the set of {batchSizes[^1]} prompts after {Counted.Of(iterations, "iteration")}, each at the best of "
                + $"{searches[0].Rates} learning rates; on the right full batch. Momentum .9. Bands: {Counted.Of(seeds.Count, "seed")}.",
        });
        return folder.Finish(rows, [.. outcomes.Select(outcome => outcome.Row(Name))]);
    }

    /// <summary>The learning rates of an optimizer and a size of batches.</summary>
    private sealed record Search(OptimizationSetting Setting, OptimizerKind Kind, int BatchSize, int SetSize, int Rates)
    {
        public IEnumerable<RunPlan> Plans(IReadOnlyList<int> seeds, int iterations, string suffix, ExperimentOptions options)
            => from rate in RateSearch.Grid(Kind.Rate(Setting), PlaceOfMiddle, Rates)
               from seed in seeds
               select RateSearch.Plan($"{Setting.Name}-{Kind.Name}-B{BatchSize}{suffix}", Kind.Training(Setting, seed) with
               {
                   LearningRate = rate,
                   BatchSize = BatchSize,
                   DataSet = SetSize,
                   MaxIterations = iterations,
                   Stream = options.Stream,
               });
    }

    /// <summary>What the best learning rate led to.</summary>
    /// <param name="Search">Of which search.</param>
    /// <param name="Best">The rate and the final losses of the seeds.</param>
    /// <param name="IsAtEdge">Whether it is the first or the last of the grid.</param>
    private sealed record Outcome(Search Search, RateOutcome Best, bool IsAtEdge)
    {
        public double[] Logs { get; } = [.. Best.Losses.Select(Math.Log10)];

        /// <summary>The geometric mean over seeds.</summary>
        public double Mean => Math.Pow(10, Logs.Average());

        public static Outcome Of(Search search, IEnumerable<(FinishedRun, FinalLoss)> runs)
        {
            IReadOnlyList<RateOutcome> rates = RateSearch.Outcomes(runs);
            RateOutcome best = RateSearch.Best(rates);
            return new Outcome(search, best, best == rates[0] || best == rates[^1]);
        }

        public ResultRow Row(string experiment) => new(
            experiment,
            string.Create(CultureInfo.InvariantCulture,
                $"{Search.Setting.Name}, {Search.Kind.Label}, B = {Search.BatchSize}: final loss on the set at learning rate {Best.Rate}"
                    + $"{(IsAtEdge ? ", an end of the grid" : "")} (seeds: {string.Join(", ", Best.Losses.Select(loss => $"{loss:G3}"))})"
                    + $"{(Best.Diverged > 0 ? $"; {Best.Diverged} diverged" : "")}"),
            null, null, Mean, null, Verdict.None);
    }

    /// <summary>
    /// Final losses on the set of runs that share it: medians of the last points, as a single one may stand in a spike. What is not a
    /// number is no small one.
    /// </summary>
    private static FinalLoss[] FinalLosses(FinishedRun[] runs)
    {
        PromptBatch set = runs[0].Settings.DrawDataSet()!;
        BatchLoss<float> loss = FreshPrompts.Loss<float>(runs[0].Settings with { BatchSize = set.Settings.BatchSize }, set);
        return [.. runs.Select(run => new FinalLoss(
            Seeds.Median(OptimizationRuns.Every(RateSearch.MeasureEvery, run).TakeLast(RateSearch.PointsAtTheEnd)
                .Select(t => loss.Evaluate(run.History.At(t))).Select(value => double.IsNaN(value) ? double.PositiveInfinity : value)),
            double.NaN))];
    }

    private IEnumerable<ResultRow> Compare(OptimizationSetting setting, Outcome[] outcomes, int[] batchSizes, bool isFull)
    {
        OptimizerClaims claims = new(outcomes.GroupBy(outcome => outcome.Search.Kind)
            .ToDictionary(kind => kind.Key, kind => kind.Select(outcome => outcome.Logs).ToArray()));
        foreach (int b in (int[])[0, batchSizes.Length - 1])
        {
            string batch = b == 0 ? $"B = {batchSizes[0]}" : "full batch";
            foreach (OptimizerKind kind in OptimizerKind.All)
            {
                Outcome outcome = outcomes.Single(one => one.Search.Kind == kind && one.Search.BatchSize == batchSizes[b]);
                yield return new ResultRow(
                    Name,
                    string.Create(CultureInfo.InvariantCulture,
                        $"{setting.Name}, {batch}, {kind.Label} at {outcome.Best.Rate}: final loss on the set"
                            + $"{(kind == OptimizerKind.Sgd || kind == OptimizerKind.Adam ? "" : Closes(claims.Share(kind, b)))}"),
                    null, null, outcome.Mean, null, Verdict.None);
            }
        }

        foreach (OptimizerClaims.Claim claim in claims.All($"B = {batchSizes[0]}"))
        {
            yield return claim.Row(Name, setting.Name, isFull);
        }
    }

    private static string Closes(double share)
        => string.Create(CultureInfo.InvariantCulture, $"; closes {100 * share:F0} % of the gap between SGDM and Adam");

    private static LineFigure ByBatch(OptimizationSetting setting, Outcome[] outcomes)
        => new(
            setting.Title,
            new Axis("Prompts in a batch", AxisScale.Logarithmic),
            new Axis("Loss on the set", AxisScale.Logarithmic),
            outcomes.GroupBy(outcome => outcome.Search.Kind).Select(kind => Line(
                kind.Key,
                kind.Select(outcome => (double)outcome.Search.BatchSize),
                [.. kind.Select(outcome => outcome.Best.Losses)]) with
            {
                Marker = Marker.Circle,
            }));

    private static Series Line(OptimizerKind kind, IEnumerable<double> x, double[][] losses)
        => new(kind.Label, x, losses.Select(ofSeeds => Math.Pow(10, ofSeeds.Average(Math.Log10))))
        {
            Color = kind.Color,
            LineStyle = kind.IsClipped ? LineStyle.Dashed : LineStyle.Solid,
            Band = new Band(losses.Select(ofSeeds => ofSeeds.Min()), losses.Select(ofSeeds => ofSeeds.Max())),
        };
}
