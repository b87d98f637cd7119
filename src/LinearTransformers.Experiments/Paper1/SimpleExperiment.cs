using System.Globalization;
using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper1;

/// <summary>
/// The simple demonstration of paper [1]: a three-layer linear transformer, trained with Adam on prompts of 20 examples
/// whose covariates are standard normal in five dimensions. The test loss falls towards that of GD++, and every
/// parameter matrix towards a multiple of the identity.
/// </summary>
public sealed class SimpleExperiment : IExperiment
{
    private const int MeasureEvery = 100;
    private const double LossTolerance = 1e-4;

    /// <inheritdoc/>
    public string Name => "simple";

    /// <inheritdoc/>
    public string Summary
        => "three layers, identity covariance: test loss, matrices, distance to identity (paper [1], simple demonstration)";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2];

    /// <inheritdoc/>
    public int PublishedIterations => 10_000;

    /// <summary>The published settings.</summary>
    public TrainingSettings Settings(int seed) => new()
    {
        Mode = PromptMode.Normal,
        ContextLength = 20,
        Dimension = 5,
        Layers = 3,
        BatchSize = 4000,
        InitialDeviation = 1e-4,
        Optimizer = new Adam(),
        LearningRate = 1e-3,
        ClipThreshold = 1000,
        MaxIterations = PublishedIterations,
        Seed = seed,
        DataSeed = seed,
    };

    /// <inheritdoc/>
    public IReadOnlyList<Preset> Presets => [new(Name, Settings(PublishedSeeds[0]))];

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        string variant = iterations == PublishedIterations ? "adam" : $"adam-{iterations}its";
        RunPlan[] plans = [.. (options.Seeds ?? PublishedSeeds).Select(seed =>
            new RunPlan(variant, Settings(seed) with { MaxIterations = iterations, Stream = options.Stream }))];

        TrainingSettings settings = plans[0].Settings;
        GradientDescentPlusPlusOptimum exact =
            GradientDescentPlusPlusFloor.Optimum(settings.ContextLength, settings.Dimension, settings.Layers, stop);
        GradientDescentPlusPlusOptimum? sampled = null;
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Name, plans, options, progress, stop, () =>
            sampled = SampledFloor.Of(settings, iterations == PublishedIterations, stop));
        TestLosses losses = TestLosses.Of(options, runs.Select(run => run.Settings), progress, stop);
        Measurement measurement = Measure(runs, losses);

        ResultFolder folder = new(this, options);
        folder.Draw("loss", () => LossFigure(measurement, exact.Loss, sampled!.Loss));
        folder.Draw("matrices", () => MatricesFigure(runs[0]));
        folder.Draw("distance-to-identity", () => DistancesFigure(measurement));
        (List<ResultRow> rows, List<ResultRow> details) = Compare(runs, measurement, exact, sampled!);
        return folder.Finish(rows, details);
    }

    private sealed record Measurement(
        double[] Iterations, string On, Seeds TestLoss, double LastError, IReadOnlyDictionary<string, Seeds> Distances);

    /// <summary>Test loss and distances, every 100 iterations.</summary>
    private static Measurement Measure(IReadOnlyList<FinishedRun> runs, TestLosses losses)
    {
        TrainingSettings settings = runs[0].Settings;
        int[] iterations = [.. Enumerable.Range(0, (settings.MaxIterations + MeasureEvery - 1) / MeasureEvery)
            .Select(i => i * MeasureEvery)];
        Score[] scores = losses.Of([.. iterations.Select(t => runs.Select(run => new Snapshot(run, t)).ToArray())]);
        Seeds testLoss = Seeds.Of(
            [.. Enumerable.Range(0, runs.Count).Select(seed => scores.Select(score => score.Losses[seed]).ToArray())]);
        Dictionary<string, Seeds> distances = [];
        foreach (PaperMatrix matrix in PaperMatrix.Of(settings.Shape))
        {
            distances[matrix.Label] = Seeds.Of([.. runs.Select(run => iterations
                .Select(t => DistanceToIdentity.Of(run.History.At(t).Slice(matrix.Offset, settings.Shape.MatrixSize))).ToArray())]);
        }

        return new Measurement([.. iterations.Select(t => (double)t)], losses.On(settings), testLoss, scores[^1].Error, distances);
    }

    private static LineFigure LossFigure(Measurement measurement, double exact, double sampled)
        => new(
            "",
            new Axis("Iteration"),
            new Axis("Test loss", AxisScale.Logarithmic) { Minimum = Math.Min(exact, sampled) / 3 },
            [new Series("Linear transformer, 3 layers"
                + (SeedCurve.Around(measurement.TestLoss, 1) is null ? "" : " (mean ± std of the seeds)"), measurement.Iterations,
                    measurement.TestLoss.Mean) { Band = SeedCurve.Around(measurement.TestLoss, 1) }])
        {
            Note = $"Test loss on {measurement.On}.",
            ReferenceLines =
            [
                new ReferenceLine("exact floor " + NumberText.Scientific(exact), exact),
                new ReferenceLine("floor on sampled prompts " + NumberText.Scientific(sampled), sampled) { LineStyle = LineStyle.Dotted },
            ],
        };

    private static HeatMapFigure MatricesFigure(FinishedRun run)
    {
        int iteration = run.Settings.MaxIterations - 1;
        return new HeatMapFigure("", PaperMatrix.Of(run.Settings.Shape).Select(matrix =>
            HeatMap.FromRows(matrix.Label, Entries(run, iteration, matrix.Offset))));
    }

    private static LineFigure DistancesFigure(Measurement measurement)
        => new(
            "",
            new Axis("Iteration"),
            new Axis("Distance to identity", AxisScale.Logarithmic),
            measurement.Distances.Select(pair => new Series(pair.Key, measurement.Iterations, pair.Value.Mean)
            {
                Band = SeedCurve.Around(pair.Value, 1),
            }));

    private static double[] Entries(FinishedRun run, int iteration, int offset)
        => [.. run.History.At(iteration).Slice(offset, run.Settings.Shape.MatrixSize).ToArray().Select(entry => (double)entry)];

    private (List<ResultRow> Rows, List<ResultRow> Details) Compare(
        IReadOnlyList<FinishedRun> runs, Measurement measurement, GradientDescentPlusPlusOptimum exact,
            GradientDescentPlusPlusOptimum sampled)
    {
        List<ResultRow> rows = [];
        List<ResultRow> details = [];
        if (runs.FirstOrDefault(run => run.IsOfPublishedSeed(0)) is { } published)
        {
            CompareLog(published, rows, details);
            if (published.Settings.MaxIterations == PublishedIterations)
            {
                CompareMatrices(published, rows, details);
            }
        }

        double last = measurement.TestLoss.Mean[^1];
        string seeds = runs.Count == 1 ? "" : $", mean of {runs.Count} seeds";
        string error = double.IsNaN(measurement.LastError)
            ? "" : string.Create(CultureInfo.InvariantCulture, $" (± {measurement.LastError:G2} over prompts)");
        rows.Add(new ResultRow(
            Name, string.Create(CultureInfo.InvariantCulture,
                $"test loss on {measurement.On} at iteration "
                    + $"{measurement.Iterations[^1]:0}{seeds}"
                    + $"{error}"),
                null, exact.Loss, last, null, Verdict.None));
        rows.Add(new ResultRow(
            Name, "least loss of GD++ on sampled prompts, of which the rarest are missing",
            null, exact.Loss, sampled.Loss, null, Verdict.None));
        return (rows, details);
    }

    private void CompareLog(FinishedRun run, List<ResultRow> rows, List<ResultRow> details)
    {
        double largest = 0;
        int where = 0;
        int compared = 0;
        foreach (LogLine line in PublishedLog.Read("simple_seed0").Where(line => line.Iteration < run.Settings.MaxIterations))
        {
            LogLine ours = run.Log.First(candidate => candidate.Iteration == line.Iteration);
            double difference = Math.Abs((ours.Loss / line.Loss) - 1);
            details.Add(new ResultRow(
                Name, $"loss, seed 0, iteration {line.Iteration}", line.Loss, null, ours.Loss, $"{LossTolerance:0e-0} relative",
                    Judge.Of(difference <= LossTolerance)));
            (largest, where) = difference > largest ? (difference, line.Iteration) : (largest, where);
            compared++;
        }

        rows.Add(new ResultRow(
            Name, $"loss, seed 0: largest relative difference in {Counted.Of(compared, "log line")} (at iteration {where})", 0, null,
                largest, $"{LossTolerance:0e-0}", Judge.Of(largest <= LossTolerance)));
    }

    private void CompareMatrices(FinishedRun run, List<ResultRow> rows, List<ResultRow> details)
    {
        int iteration = PublishedIterations - 1;
        foreach (PaperMatrix matrix in PaperMatrix.Of(run.Settings.Shape))
        {
            double[] published = PublishedFigures.Numbers("simple_demonstration", matrix.Name);
            double[] ours = Entries(run, iteration, matrix.Offset);
            int equal = 0;
            for (int i = 0; i < ours.Length; i++)
            {
                bool same = Math.Round(ours[i], 2) == Math.Round(published[i], 2);
                equal += same ? 1 : 0;
                details.Add(new ResultRow(
                    Name, $"{matrix.Name}[{i / run.Settings.Shape.Dimension},{i % run.Settings.Shape.Dimension}], seed 0, iteration "
                        + $"{iteration}", published[i], null, ours[i], "equal when rounded to two decimals", Judge.Of(same)));
            }

            rows.Add(new ResultRow(
                Name, $"{matrix.Name}, seed 0: entries equal to two decimals", ours.Length, null, equal, "all",
                    Judge.Of(equal == ours.Length)));
        }
    }
}
