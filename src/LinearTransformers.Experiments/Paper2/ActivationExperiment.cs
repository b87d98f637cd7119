using LinearTransformers.Activations;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// Linear attention against softmax and ReLU attention (paper [2]): three layers, normal covariates, N = 20, both optimizers, each at the
/// best learning rate of thirteen after a fifth of the iterations, for none were published. Besides, one layer of linear and of ReLU
/// attention against their exact optima, theorems 1 and 5 of paper [1].
/// </summary>
public sealed class ActivationExperiment : IExperiment
{
    private const int SearchIterations = 2000;
    private const int OneLayerIterations = 4000;
    private const int OneLayerHalving = 500;
    private const int OneLayerBatch = 4000;
    private const int ScoredPrompts = 400_000;

    private static readonly Activation[] Activations = [new LinearAttention(), new SoftmaxAttention(), new ReluAttention()];
    private static readonly double[] Rates = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];

    /// <inheritdoc/>
    public string Name => "activation";

    /// <inheritdoc/>
    public string Summary
        => "linear, softmax and ReLU attention: loss of both optimizers (paper [2]), one layer against theory (paper [1])";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds => OptimizationRuns.PublishedSeeds;

    /// <inheritdoc/>
    public int PublishedIterations => OptimizationRuns.PublishedIterations;

    /// <summary>The runs that are compared with theorems; the others have learning rates that are searched for.</summary>
    public IReadOnlyList<Preset> Presets
        => [.. OneLayerPlans([PublishedSeeds[0]], PublishedIterations, StreamKind.Torch)
            .Select(plan => new Preset($"{Name}-{plan.Variant}", plan.Settings))];

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        bool isFullScale = iterations == PublishedIterations;
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        IReadOnlyList<FinishedRun> oneLayer =
            RunSet.Train(Name, [.. OneLayerPlans(seeds, iterations, options.Stream)], options, progress, stop);
        GapVariant[] variants = [.. Activations.Select(activation => new GapVariant(
            FileName(activation), Title(activation),
                new TrainingSettings { Model = new LinearTransformerModel { Activation = activation }, MaxIterations = iterations,
                    Stream = options.Stream }))];
        (IReadOnlyList<GapRuns> runs, IReadOnlyList<ResultRow> search) = new RateChoice(Rates, [.. seeds.Take(2)], SearchIterations)
            .Train(Name, variants, seeds, options, progress, stop);

        ResultFolder folder = new(this, options);
        GapReport report = new(Name, runs, folder, options, progress);
        ResultRow[] rows = [.. report.Losses(least: false, stop)];
        return folder.Finish(
            [
                .. OneLayer(oneLayer, new LinearAttention(), isFullScale),
                .. OneLayer(oneLayer, new ReluAttention(), isFullScale),
                .. rows,
                .. variants.Select((variant, v) => new ResultRow(
                    Name,
                    FormattableString.Invariant(
                        $"claim: {variant.Title}, SGDM's final loss above Adam's, times (± {report.LossRatioErrors[v]:G2} over seeds)"),
                    null,
                    null,
                    report.LossRatios[v],
                    "above 1 by two standard errors",
                    Judge.Of(report.LossRatios[v] > 1 + (2 * report.LossRatioErrors[v]), isFullScale))),
            ],
            [.. search]);
    }

    private static string Title(Activation activation) => activation switch
    {
        LinearAttention => "linear",
        ReluAttention => "ReLU",
        _ => "softmax",
    };

    private static string FileName(Activation activation) => Title(activation).ToLowerInvariant();

    /// <summary>Adam, its learning rate halved until the parameters stand still.</summary>
    private static IEnumerable<RunPlan> OneLayerPlans(IReadOnlyList<int> seeds, int iterations, StreamKind stream)
    {
        int length = Math.Min(iterations, OneLayerIterations);
        string suffix = length == OneLayerIterations ? "" : $"-{length}its";
        foreach (Activation activation in (Activation[])[new LinearAttention(), new ReluAttention()])
        {
            foreach (int seed in seeds)
            {
                yield return new RunPlan($"one-layer-{FileName(activation)}{suffix}", new TrainingSettings
                {
                    Layers = 1,
                    Model = new LinearTransformerModel { Activation = activation },
                    BatchSize = OneLayerBatch,
                    HalveEvery = OneLayerHalving,
                    MaxIterations = length,
                    HistoryStride = RateSearch.MeasureEvery,
                    Seed = seed,
                    Stream = stream,
                });
            }
        }
    }

    /// <summary>Q̂ and the loss of one layer against the theorem's.</summary>
    private IEnumerable<ResultRow> OneLayer(IReadOnlyList<FinishedRun> runs, Activation activation, bool isFullScale)
    {
        FinishedRun[] trained =
            [.. runs.Where(run => run.Settings.Model is LinearTransformerModel model && model.Activation == activation)];
        TrainingSettings settings = trained[0].Settings;
        int d = settings.Dimension;
        (string theorem, double loss, double query) = activation is ReluAttention
            ? ("Theorem 5", Theorem5.Optimum(settings.ContextLength, d).Loss, Theorem5.Optimum(settings.ContextLength, d).QueryScale)
            : Of(Theorem1.Optimum(settings.ContextLength, [.. Enumerable.Repeat(1.0, d)]));
        float[][] queries = [.. trained.Select(run => run.History[run.History.Count - 1][settings.Shape.OffsetOfQ(0, 0)..].ToArray())];
        double scale = queries.Average(q => Enumerable.Range(0, d).Average(i => (double)q[i * (d + 1)]));
        double farthest = queries.Max(q => Enumerable.Range(0, d * d).Max(i => Math.Abs(q[i] - (i % (d + 1) == 0 ? query : 0))));
        yield return Row($"mean of Q's diagonal, one layer ({theorem})", query, scale, "1 %", Math.Abs((scale / query) - 1) <= 0.01);
        yield return Row($"farthest entry of Q from that of {theorem}, one layer, {Counted.Of(trained.Length, "seed")}", 0, farthest,
            "0.03", farthest <= 0.03);

        // Scored together with the optimum on the same prompts: their difference is then known far better than either.
        PromptSettings prompts = settings.Prompts(null) with { BatchSize = isFullScale ? ScoredPrompts : ScoredPrompts / 20 };
        PromptBatch batch = new(prompts);
        batch.Draw(new Random.TorchStream(FreshPrompts.TestSeed));
        BatchLoss<float> scored = FreshPrompts.Loss<float>(settings, batch);
        float[] optimum = new float[settings.Shape.ParameterCount];
        for (int i = 0; i < d; i++)
        {
            optimum[settings.Shape.OffsetOfQ(0, 0) + (i * (d + 1))] = (float)query;
        }

        double excess = trained.Average(run => scored.Evaluate(run.History[run.History.Count - 1])) - scored.Evaluate(optimum);
        yield return Row($"expected loss, one layer ({theorem}), as its optimum's and the excess over that on {prompts.BatchSize} prompts",
            loss, loss + excess, "0.1 %", Math.Abs(excess) <= 0.001 * loss);

        ResultRow Row(string quantity, double exact, double ours, string tolerance, bool within)
            => new(Name, $"{Title(activation)}: {quantity}", null, exact, ours, tolerance, Judge.Of(within, isFullScale));

        static (string Theorem, double Loss, double Query) Of(Theorem1Optimum optimum)
            => ("Theorem 1", optimum.Loss, optimum.QueryEigenvalues[0]);
    }
}
