using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper1;

/// <summary>
/// What the two sweeps of paper [1] share: transformers trained for every value of a quantity, against as many steps of
/// gradient descent, plain and preconditioned, and the exact floors of each family.
/// </summary>
public abstract class SweepExperiment : IExperiment
{
    private const ulong TuningSeed = 999;

    /// <summary>A column wide, with room for a legend of six lines below the axes.</summary>
    private static readonly FigureSize TallColumn = new(FigureSize.Column.Width, FigureSize.Column.Height * 7 / 5);

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract string Summary { get; }

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2, 3, 4];

    /// <inheritdoc/>
    public int PublishedIterations => Settings(0, Values[0]).MaxIterations;

    /// <summary>The values swept over.</summary>
    public abstract IReadOnlyList<int> Values { get; }

    /// <summary>The published settings for a value.</summary>
    public abstract TrainingSettings Settings(int seed, int value);

    /// <summary>The letter of what is swept.</summary>
    private protected abstract string Letter { get; }

    /// <summary>What is swept, for the axis.</summary>
    private protected abstract string AxisLabel { get; }

    /// <summary>Of how many last snapshots the best on the tuning batch is taken.</summary>
    private protected abstract int SnapshotsToChooseFrom { get; }

    /// <summary>Whether losses are averaged over seeds as logarithms.</summary>
    private protected abstract bool AveragesLogarithms { get; }

    /// <summary>What the transformer is compared with, for one seed and value.</summary>
    private protected abstract IReadOnlyList<(string Method, double Loss)> Baselines(
        TrainingSettings settings, Covariance covariance, Protocol protocol);

    /// <summary>One for each value, and the last of them under the experiment's own name.</summary>
    public IReadOnlyList<Preset> Presets
        => [new(Name, Settings(PublishedSeeds[0], Values[^1])),
            .. Values.Select(value => new Preset(FormattableString.Invariant($"{Name}-{value}"), Settings(PublishedSeeds[0], value)))];

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        string suffix = iterations == PublishedIterations ? "" : $"-{iterations}its";
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        RunPlan[] plans = [.. Values.SelectMany(value => seeds.Select(seed => new RunPlan(
            $"{Letter}{value}{suffix}", Settings(seed, value) with { MaxIterations = iterations, Stream = options.Stream })))];

        double[] sampledFloors = new double[Values.Count];
        Action[] floors = [.. Values.Select(
            (value, i) => (Action)(
                () => sampledFloors[i] = SampledFloor.Of(Settings(0, value), iterations == PublishedIterations, stop).Loss))];
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Name, plans, options, progress, stop, floors);
        List<Curve> curves = Measure(runs, seeds.Count, options.Protocol);

        ResultFolder folder = new(this, options);
        folder.Draw("loss", () => Draw(curves, sampledFloors, options.Protocol));
        return folder.Finish([.. Compare(curves, sampledFloors, iterations == PublishedIterations, options.Protocol)]);
    }

    /// <summary>The settings that both sweeps share.</summary>
    private protected static TrainingSettings Rotated(int seed) => new()
    {
        Covariance = new RotatedCovariance(),
        Dimension = 5,
        InitialDeviation = 1e-4,
        ClipScope = ClipScope.Matrix,
        HistoryStride = 100,
        Seed = seed,
        DataSeed = seed,
    };

    /// <summary>The batch that all methods are scored on.</summary>
    private protected static PromptBatch TestBatch(TrainingSettings settings, Covariance covariance)
        => FreshPrompts.Draw(settings, covariance);

    /// <summary>The batch that all methods are tuned on.</summary>
    private protected static PromptBatch TuningBatch(TrainingSettings settings, Covariance covariance)
        => FreshPrompts.Draw(settings, covariance, TuningSeed);

    /// <summary>A method's losses over the values: mean and spread over seeds, as they are averaged.</summary>
    private sealed record Curve(string Method, double[] Mean, double[] Lower, double[] Upper);

    private List<Curve> Measure(IReadOnlyList<FinishedRun> runs, int seeds, Protocol protocol)
    {
        Dictionary<string, double[][]> losses = [];
        for (int i = 0; i < runs.Count; i++)
        {
            FinishedRun run = runs[i];
            Covariance covariance = run.History.Covariance!;
            foreach ((string method, double loss) in Baselines(run.Settings, covariance, protocol)
                .Prepend((Transformer, TransformerLoss(run, covariance))))
            {
                if (!losses.TryGetValue(method, out double[][]? table))
                {
                    losses[method] = table = [.. Enumerable.Range(0, seeds).Select(_ => new double[Values.Count])];
                }

                table[i % seeds][i / seeds] = loss;
            }
        }

        return [.. losses.Select(pair => Average(pair.Key, pair.Value))];
    }

    private const string Transformer = "Linear transformer";

    private Curve Average(string method, double[][] losses)
    {
        if (!AveragesLogarithms)
        {
            Seeds raw = Seeds.Of(losses);
            return new Curve(method, raw.Mean, [.. raw.Mean.Zip(raw.Deviation, (m, s) => m - s)],
                [.. raw.Mean.Zip(raw.Deviation, (m, s) => m + s)]);
        }

        Seeds log = Seeds.Of([.. losses.Select(curve => curve.Select(loss => Math.Log(loss)).ToArray())]);
        return new Curve(
            method,
            [.. log.Mean.Select(Math.Exp)],
            [.. log.Mean.Zip(log.Deviation, (m, s) => Math.Exp(m - s))],
            [.. log.Mean.Zip(log.Deviation, (m, s) => Math.Exp(m + s))]);
    }

    /// <summary>The test loss of the best of the last snapshots, chosen on the tuning batch.</summary>
    private double TransformerLoss(FinishedRun run, Covariance covariance)
    {
        GramLoss<float> loss = new(run.Settings.Shape);
        GramStatistics<float> tuning = FreshPrompts.Statistics(TuningBatch(run.Settings, covariance));

        // The snapshot after the last step is ours alone: the published code never saved it.
        int last = run.History.Count - 1;
        int best = Enumerable.Range(Math.Max(0, last - SnapshotsToChooseFrom), Math.Min(SnapshotsToChooseFrom, last))
            .MinBy(i => loss.Evaluate(run.History[i], tuning));
        return loss.Evaluate(run.History[best], FreshPrompts.Statistics(TestBatch(run.Settings, covariance)));
    }

    private double[] StepFloors() => [.. Values.Select(value => Settings(0, value)).Select((TrainingSettings s) =>
        PreconditionedGradientDescentFloor.Optimum(s.ContextLength, s.Dimension, s.Layers).Loss)];

    private double[] ConstantStepFloors() => [.. Values.Select(value => Settings(0, value)).Select((TrainingSettings s) =>
        PreconditionedGradientDescentFloor.ConstantStepOptimum(s.ContextLength, s.Dimension, s.Layers).Loss)];

    private LineFigure Draw(List<Curve> curves, double[] sampledFloors, Protocol protocol)
    {
        double[] x = [.. Values.Select(value => (double)value)];
        IEnumerable<Series> measured = curves.Select((curve, i) => new Series(curve.Method, x, curve.Mean)
        {
            Band = curve.Lower.SequenceEqual(curve.Upper) ? null : new Band(curve.Lower, curve.Upper),
            Color = Palette.At(i),
            Marker = Marker.Circle,
        });
        Series[] floors =
        [
            new("Exact: best constant step", x, ConstantStepFloors()) { Color = FigureColor.Gray, LineStyle = LineStyle.Dotted },
            new("Exact: best step for each layer", x, StepFloors()) { Color = FigureColor.Gray, LineStyle = LineStyle.Dashed },
            new("GD++ floor on sampled prompts", x, sampledFloors) { Color = FigureColor.Gray },
        ];
        return new LineFigure(
            "", new Axis(AxisLabel), new Axis("Test loss", AxisScale.Logarithmic) { Minimum = sampledFloors.Min() / 3 },
                [.. floors, .. measured])
        {
            Legend = LegendPlacement.Below,
            Size = TallColumn,
            Note = protocol is Protocol.Fair
                ? string.Create(CultureInfo.InvariantCulture,
                    $"Test loss of all methods on one batch of {Settings(0, Values[^1]).BatchSize:N0} fresh prompts.") : "",
        };
    }

    private IEnumerable<ResultRow> Compare(List<Curve> curves, double[] sampledFloors, bool full, Protocol protocol)
    {
        Curve transformer = curves.First(curve => curve.Method == Transformer);
        Curve preconditioned = curves.First(curve => curve.Method == SweepBaselines.Preconditioned);
        double[] constant = ConstantStepFloors();
        for (int i = 0; i < Values.Count; i++)
        {
            string at = $"{Letter} = {Values[i]}: ";
            double loss = transformer.Mean[i];
            yield return new ResultRow(
                Name,
                FormattableString.Invariant($"{at}transformer, {loss / sampledFloors[i]:0.00} times the floor of GD++"),
                null,
                sampledFloors[i],
                loss,
                FormattableString.Invariant($"at most preconditioned GD's {preconditioned.Mean[i]:G4}"),
                Judge.Of(loss <= preconditioned.Mean[i] * 1.005, full));
            yield return new ResultRow(
                Name,
                FormattableString.Invariant(
                    $"{at}preconditioned GD, one step size, {preconditioned.Mean[i] / constant[i]:0.000} times its exact optimum"),
                null,
                constant[i],
                preconditioned.Mean[i],
                protocol is Protocol.Fair ? "10 %, test batch" : null,
                Judge.Of(Math.Abs((preconditioned.Mean[i] / constant[i]) - 1) <= 0.1, full && protocol is Protocol.Fair));
        }
    }
}
