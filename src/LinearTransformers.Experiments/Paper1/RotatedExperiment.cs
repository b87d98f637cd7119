using System.Globalization;
using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Shapes;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper1;

/// <summary>
/// What the three rotation demonstrations of paper [1] share: three layers, prompts of 20 examples with covariance
/// Σ = U D² Uᵀ, U drawn for each seed, D = diag(1, 1, ½, ¼, 1). In the basis D Uᵀ A U D every matrix becomes a multiple of
/// the identity. Losses are averaged over seeds as logarithms.
/// </summary>
public abstract class RotatedExperiment : IExperiment
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyList<int> PublishedSeeds { get; }

    /// <inheritdoc/>
    public int PublishedIterations => Settings(0).MaxIterations;

    /// <summary>The published settings.</summary>
    public abstract TrainingSettings Settings(int seed);

    /// <summary>Which of the experiment's settings a run has, in its folder's name.</summary>
    private protected abstract string Variant { get; }

    /// <summary>What the experiment claims, beside what was measured.</summary>
    private protected abstract IEnumerable<ResultRow> Compare(Measurement measurement);

    /// <summary>The levels that theory draws into the loss figure.</summary>
    private protected abstract IEnumerable<ReferenceLine> Floors(GradientDescentPlusPlusOptimum sampled);

    /// <summary>The matrices that are shown.</summary>
    private protected virtual IEnumerable<PaperMatrix> Shown(LinearTransformerShape shape) => PaperMatrix.Of(shape);

    /// <inheritdoc/>
    public IReadOnlyList<Preset> Presets => [new(Name, Settings(PublishedSeeds[0]))];

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        string variant = iterations == PublishedIterations ? Variant : $"{Variant}-{iterations}its";
        RunPlan[] plans = [.. (options.Seeds ?? PublishedSeeds).Select(seed =>
            new RunPlan(variant, Settings(seed) with { MaxIterations = iterations, Stream = options.Stream }))];
        TrainingSettings settings = plans[0].Settings;
        GradientDescentPlusPlusOptimum? sampled = null;
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Name, plans, options, progress, stop, () =>
            sampled = SampledFloor.Of(settings, iterations == PublishedIterations, stop));
        Measurement measurement = Measure(runs, sampled!, iterations == PublishedIterations);

        ResultFolder folder = new(this, options);
        folder.Draw("loss", () => LossFigure(measurement));
        folder.Draw("matrices", () => MatricesFigure(measurement));
        folder.Draw("distance-to-identity", () => DistancesFigure(measurement));
        return folder.Finish([.. Compare(measurement)]);
    }

    /// <summary>The settings that all rotation demonstrations share.</summary>
    private protected static TrainingSettings Rotated(int seed) => new()
    {
        Mode = PromptMode.Normal,
        Covariance = new RotatedCovariance(),
        ContextLength = 20,
        Dimension = 5,
        Layers = 3,
        BatchSize = 20_000,
        InitialDeviation = 1e-4,
        Optimizer = new Adam { Beta1 = 0.99, Beta2 = 0.9 },
        ClipThreshold = 0.01,
        ClipScope = ClipScope.Matrix,
        ResampleEvery = 100,
        HistoryStride = 100,
        Seed = seed,
        DataSeed = seed,
    };

    /// <summary>What is measured on finished runs.</summary>
    private protected sealed record Measurement(
        IReadOnlyList<FinishedRun> Runs,
        GradientDescentPlusPlusOptimum Sampled,
        bool IsFullScale,
        double[] Iterations,
        Seeds LogLoss,
        IReadOnlyList<PaperMatrix> Matrices,
        IReadOnlyDictionary<string, Seeds> Distances,
        IReadOnlyDictionary<string, Seeds> UnscaledDistances)
    {
        /// <summary>A matrix of a run at the last snapshot before its end, as shown: A as D Uᵀ A U D.</summary>
        public static double[] Entries(FinishedRun run, PaperMatrix matrix)
            => Scaled(run, run.History[run.History.Count - 2], matrix);

        /// <summary>The mean of its diagonal.</summary>
        public double[] MeanDiagonals(PaperMatrix matrix)
            => [.. Runs.Select(run => Enumerable.Range(0, run.Settings.Dimension)
                .Average(i => Entries(run, matrix)[i * (run.Settings.Dimension + 1)]))];
    }

    private Measurement Measure(IReadOnlyList<FinishedRun> runs, GradientDescentPlusPlusOptimum sampled, bool isFullScale)
    {
        LinearTransformerShape shape = runs[0].Settings.Shape;
        GramLoss<float> loss = new(shape);
        double[] iterations = [.. runs[0].History.Iterations.SkipLast(1).Select(t => (double)t)];
        List<double[]> logLosses = [];
        foreach (FinishedRun run in runs)
        {
            GramStatistics<float> test = FreshPrompts.Statistics(run.Settings, run.History.Covariance!);
            logLosses.Add([.. Snapshots(run).Select(i => Math.Log(loss.Evaluate(run.History[i], test)))]);
        }

        PaperMatrix[] matrices = [.. Shown(shape)];
        return new Measurement(
            runs,
            sampled,
            isFullScale,
            iterations,
            Seeds.Of(logLosses),
            matrices,
            matrices.ToDictionary(matrix => matrix.Label, matrix => Distances(matrix, Scaled)),
            matrices.Where(matrix => matrix.IsQuery).ToDictionary(matrix => matrix.Label, matrix => Distances(matrix, Unscaled)));

        Seeds Distances(PaperMatrix matrix, Func<FinishedRun, ReadOnlySpan<float>, PaperMatrix, double[]> entries)
            => Seeds.Of([.. runs.Select(
                run => Snapshots(run).Select(i => DistanceToIdentity.Of<double>(entries(run, run.History[i], matrix))).ToArray())]);

        static IEnumerable<int> Snapshots(FinishedRun run) => Enumerable.Range(0, run.History.Count - 1);
    }

    private static double[] Unscaled(FinishedRun run, ReadOnlySpan<float> parameters, PaperMatrix matrix)
        => [.. parameters.Slice(matrix.Offset, run.Settings.Shape.MatrixSize).ToArray().Select(entry => (double)entry)];

    private static double[] Scaled(FinishedRun run, ReadOnlySpan<float> parameters, PaperMatrix matrix)
        => matrix.IsQuery ? CovarianceBasis.Of(run.History.Covariance!, Unscaled(run, parameters, matrix))
            : Unscaled(run, parameters, matrix);

    private LineFigure LossFigure(Measurement measurement)
    {
        Seeds log = measurement.LogLoss;
        ReferenceLine[] floors = [.. Floors(measurement.Sampled)];
        double lowest = Math.Min(log.Mean.Min(Math.Exp), floors.Min(line => line.Value));
        return new LineFigure(
            "",
            new Axis("Iteration"),
            new Axis("Test loss", AxisScale.Logarithmic) { Minimum = lowest / 3 },
            [new Series("Linear transformer, 3 layers" + (SeedCurve.AroundExponentials(log, 1) is null ? "" : " (mean ± std of log loss)"),
                measurement.Iterations, log.Mean.Select(Math.Exp))
            {
                Band = SeedCurve.AroundExponentials(log, 1),
            }])
        {
            ReferenceLines = [.. floors],
            Legend = LegendPlacement.Below,
            Note = string.Create(
                CultureInfo.InvariantCulture,
                    $"Test loss on one batch of {measurement.Runs[0].Settings.BatchSize:N0} fresh prompts, as published."),
        };
    }

    private static HeatMapFigure MatricesFigure(Measurement measurement)
        => new("", measurement.Matrices.Select(matrix => HeatMap.FromRows(
            matrix.IsQuery ? matrix.WhitenedLabel : matrix.Label, Measurement.Entries(measurement.Runs[0], matrix))));

    private static PanelFigure DistancesFigure(Measurement measurement)
        => new("", measurement.Matrices.Select(matrix => new LineFigure(
            matrix.Label,
            new Axis("Iteration"),
            new Axis("Distance to identity") { Minimum = 0, Maximum = 1.05 },
            (IEnumerable<Series>)[
                matrix.IsQuery
                    ? Curve("D Uᵀ A U D", measurement, measurement.Distances[matrix.Label], Palette.Blue)
                    : Curve("B", measurement, measurement.Distances[matrix.Label], Palette.Green),
                .. matrix.IsQuery ? (Series[])[
                    Curve("A itself", measurement, measurement.UnscaledDistances[matrix.Label], Palette.Vermilion)] : [],
            ])));

    private static Series Curve(string name, Measurement measurement, Seeds distance, FigureColor color)
        => new(name, measurement.Iterations, distance.Mean) { Band = SeedCurve.Around(distance, 1), Color = color };
}
