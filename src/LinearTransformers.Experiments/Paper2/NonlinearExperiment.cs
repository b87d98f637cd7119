using System.Globalization;
using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Models;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Random;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// Nonlinear regression (paper [2], its nonlinear_regression notebook): labels that are linear in the features of a fixed random
/// network, a model that learns features of its own before three layers of linear attention with full matrices. Test loss,
/// condition numbers and curvature along the step are measured on the task that the model is trained on: losses on 100,000 fresh prompts of
/// it, or as published on one batch. The published code measures
/// condition numbers on a batch from a stream with the run's seed, curvature on a task drawn from one besides, and both an iterate later
/// than it says, having saved parameters after the step: <see cref="Protocol.Original"/>.
/// </summary>
public sealed class NonlinearExperiment : IExperiment
{
    private const int MeasureEvery = 50;
    private const int CurvatureEvery = 250;
    private const int PublishedNoiseSamples = 100_000;
    private const int NoiseSeed = 7;

    private const int PublishedDecimals = 4;

    private static readonly int[] TableIterations = [0, 750, 1250];

    /// <inheritdoc/>
    public string Name => "nonlinear";

    /// <inheritdoc/>
    public string Summary => "nonlinear regression, a network before linear attention: loss, condition numbers, smoothness (paper [2])";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2, 3, 4];

    /// <inheritdoc/>
    public int PublishedIterations => 10_000;

    /// <inheritdoc/>
    public IReadOnlyList<Optimizer> Optimizers => OptimizationSetting.Optimizers;

    /// <summary>The published settings.</summary>
    public TrainingSettings Settings(Optimizer algorithm, int seed) => new()
    {
        Model = new NonlinearRegressionModel(),
        Optimizer = algorithm,
        LearningRate = algorithm is Sgd ? 0.05 : 0.01,
        BatchSize = 2000,
        InitialDeviation = 0.1,
        MaxIterations = PublishedIterations,
        Seed = seed,
    };

    /// <summary>One for each optimizer, and Adam's under the experiment's own name.</summary>
    public IReadOnlyList<Preset> Presets
        => [new(Name, Settings(new Adam(), PublishedSeeds[0])),
            .. Optimizers.Select(
                algorithm => new Preset($"{Name}-{OptimizationSetting.FileName(algorithm)}", Settings(algorithm, PublishedSeeds[0])))];

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        string suffix = iterations == PublishedIterations ? "" : $"-{iterations}its";
        IReadOnlyList<Optimizer> algorithms = options.Optimizers ?? Optimizers;
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        RunPlan[] plans = [.. from algorithm in algorithms
                              from seed in seeds
                              select new RunPlan(
                                  OptimizationSetting.FileName(algorithm) + suffix,
                                  Settings(algorithm, seed) with { MaxIterations = iterations, Stream = options.Stream })];
        int samples = iterations == PublishedIterations ? PublishedNoiseSamples : Math.Clamp(iterations, 100, PublishedNoiseSamples);
        IRunProgress drawing = progress.Start("noise", samples, cost: 2e4);
        IRunProgress measuring = progress.Start("curvature", plans.Length, cost: 1e8 * iterations / PublishedIterations);
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Name, plans, options, progress, stop);
        TestLosses testLosses = TestLosses.Of(options, runs.Select(run => run.Settings), progress, stop);
        int[] iterationsOfLoss = OptimizationRuns.Every(MeasureEvery, runs[0].Settings);
        Score[] scores = testLosses.Of([.. runs.SelectMany(run => iterationsOfLoss.Select(t => (Snapshot[])[new(run, t)]))]);
        Path[] paths = SideBySide.Measure(
            [.. runs.Select((run, i) => (run, scores[(i * iterationsOfLoss.Length)..((i + 1) * iterationsOfLoss.Length)]))],
            options.Threads,
            measuring,
            pair => Path.Of(pair.run, iterationsOfLoss, pair.Item2, options.Protocol, stop),
            stop);
        NoiseSample noise = Noise(samples, options.Threads, drawing, stop);
        Group[] groups = [.. algorithms.Select((algorithm, a) => new Group(algorithm, [.. paths.Skip(a * seeds.Count).Take(seeds.Count)]))];

        bool isFullScale = iterations == PublishedIterations;
        bool isAsPublished = isFullScale && options is { Protocol: Protocol.Original, Stream: StreamKind.Torch }
            && algorithms.SequenceEqual(Optimizers) && seeds.SequenceEqual(PublishedSeeds);
        RoundingTwins.Outcome? twins = isAsPublished ? Twins(runs, options, progress, stop) : null;
        ResultFolder folder = new(this, options);
        folder.Draw("loss", ()
            => Curves(groups, "Test loss", path => path.Iterations, path => path.Losses,
                0.5) with
            { Note = $"Test loss on {testLosses.On(runs[0].Settings)}.{Band(seeds)}" });
        folder.Draw("condition-number", ()
            => Curves(groups, "Robust condition number", path => path.CurvatureIterations, path => path.ConditionNumbers, 0.5));
        folder.Draw("noise", noise.HistogramFigure);
        folder.Draw("noise-tail", noise.TailFigure);
        folder.WriteMeasurements("noise", [Tensor.Vector("noise", noise.Norms), Tensor.Vector("gaussian", noise.GaussianNorms)]);
        folder.Draw("smoothness", () => SmoothnessFigure(groups));
        foreach (Group group in groups)
        {
            folder.WriteMeasurements(OptimizationSetting.FileName(group.Optimizer), Tensors(group));
        }

        return folder.Finish([
            .. NonlinearLogs.Compare(Name, runs),
            .. Compare(groups, testLosses.On(runs[0].Settings), twins, options.Protocol, isFullScale),
            .. CompareNoise(noise, isFullScale),
        ]);
    }

    /// <summary>The noise at the initial model of the published seed, its stream going on from there.</summary>
    private NoiseSample Noise(int samples, int threads, IRunProgress progress, CancellationToken stop)
    {
        TrainingSettings settings = Settings(new Adam(), NoiseSeed);
        TorchStream stream = new(NoiseSeed);
        float[] parameters = settings.Initialize(stream);
        using WorkerTeam team = new(threads);
        return NoiseSample.Draw(settings, parameters, stream, samples, team, progress, stop);
    }

    private IEnumerable<ResultRow> CompareNoise(NoiseSample noise, bool isFullScale)
    {
        Estimate ours = noise.Tails.ExcessKurtosis;
        Estimate gaussian = noise.GaussianTails.ExcessKurtosis;
        double error = Math.Sqrt((ours.Error * ours.Error) + (gaussian.Error * gaussian.Error));
        yield return new ResultRow(
            Name,
            string.Create(CultureInfo.InvariantCulture,
                $"noise at the initial model: excess kurtosis of {noise.Norms.Length} norms (± {ours.Error:0.00}) against that of "
                    + $"Gaussian noise"),
            null,
            gaussian.Value,
            ours.Value,
            "above by two errors",
            Judge.Of(ours.Value - gaussian.Value > 2 * error, isFullScale));
        Estimate hill = NoiseSample.Hill(noise.Norms);
        yield return new ResultRow(
            Name,
            FormattableString.Invariant(
                $"noise at the initial model: Hill's tail index (± {hill.Error:0.0}) against that of Gaussian noise"),
            null,
            NoiseSample.Hill(noise.GaussianNorms).Value,
            hill.Value,
            null,
            Verdict.None);
    }

    /// <summary>What is measured along a run.</summary>
    private sealed record Path(
        FinishedRun Run, int[] Iterations, double[] Losses, double PromptError, int[] CurvatureIterations, double[] ConditionNumbers,
            Smoothness[] Steps)
    {
        public static Path Of(FinishedRun run, int[] iterations, Score[] scores, Protocol protocol, CancellationToken stop)
        {
            TrainingSettings settings = run.Settings;
            int[] curvature = OptimizationRuns.Every(CurvatureEvery, settings);
            PromptBatch test = FreshPrompts.Draw(settings);
            double[] losses = [.. scores.Select(score => score.Losses[0])];
            double error = Seeds.Median(scores.TakeLast(RateSearch.PointsAtTheEnd).Select(score => score.Error));
            if (protocol is Protocol.Fair)
            {
                double[] conditionNumbers = ConditionNumbersOf(run, curvature, protocol, stop);
                return new(run, iterations, losses, error, curvature, conditionNumbers, Smoothness.Along(run, curvature, test, stop));
            }

            // Of the last iterate there is no step.
            int[] steps = [.. curvature.Select(t => t + 1).Where(t => t < settings.MaxIterations)];
            TorchStream stream = new((ulong)run.Seed);
            FeatureNetwork task =
                FeatureNetwork.Draw(stream, settings.Dimension, ((FeatureLabels)settings.Labels).Hidden, settings.Dimension);
            PromptBatch fresh = new(settings.Prompts(null) with { Labels = new FeatureLabels { Network = task } });
            fresh.Draw(stream);
            return new(
                run,
                iterations,
                losses,
                error,
                curvature,
                ConditionNumbersOf(run, curvature, protocol, stop),
                Smoothness.Along(run, steps, fresh, stop));
        }

        /// <summary>As published an iterate later, on a batch from a stream with the run's seed.</summary>
        public static double[] ConditionNumbersOf(FinishedRun run, IReadOnlyList<int> iterations, Protocol protocol, CancellationToken stop)
        {
            bool isFair = protocol is Protocol.Fair;
            PromptBatch batch = FreshPrompts.Draw(run.Settings, seed: isFair ? FreshPrompts.TestSeed : (ulong)run.Seed);
            return Measurements.ConditionNumbers.PublishedAlong(run, isFair ? iterations : [.. iterations.Select(t => t + 1)], batch, stop);
        }
    }

    private static string Error(double overPrompts)
        => double.IsNaN(overPrompts) ? "" : FormattableString.Invariant($"; ± {overPrompts:G2} over prompts");

    private static string Band(IReadOnlyList<int> seeds)
        => seeds.Count > 1 ? " Band: half the standard deviation of its logarithm over seeds." : "";

    private sealed record Group(Optimizer Optimizer, IReadOnlyList<Path> Paths)
    {
        public string Label => OptimizationSetting.Label(Optimizer);
    }

    private static LineFigure Curves(
        IReadOnlyList<Group> groups, string label, Func<Path, int[]> iterations, Func<Path, double[]> values, double partOfDeviation)
        => new("", new Axis("Iteration"), new Axis(label, AxisScale.Logarithmic), groups.Select(group => SeedCurve.OfLogarithms(
            group.Label, iterations(group.Paths[0]), [.. group.Paths.Select(values)], partOfDeviation,
                OptimizerColors.Of(group.Optimizer))));

    private static LineFigure SmoothnessFigure(IReadOnlyList<Group> groups)
        => new("", new Axis("Iteration"), new Axis("Curvature along step", AxisScale.Logarithmic), groups.Select(group => SeedCurve.Of(
            group.Label,
            [.. group.Paths[0].Steps.Select(step => step.Iteration)],
            Seeds.Of([.. group.Paths.Select(path => path.Steps.Select(step => step.Curvature).ToArray())]),
            0.25,
            OptimizerColors.Of(group.Optimizer))));

    private static Tensor[] Tensors(Group group)
    {
        Path first = group.Paths[0];
        int seeds = group.Paths.Count;
        return
        [
            Tensor.Vector("iteration", [.. first.Iterations.Select(t => (long)t)]),
            Tensor.Of("test_loss", group.Paths.SelectMany(path => path.Losses).ToArray(), seeds, first.Iterations.Length),
            Tensor.Vector("curvature_iteration", [.. first.CurvatureIterations.Select(t => (long)t)]),
            Tensor.Of("condition_number", group.Paths.SelectMany(path => path.ConditionNumbers).ToArray(), seeds,
                first.CurvatureIterations.Length),
            Tensor.Of("step_curvature", group.Paths.SelectMany(path => path.Steps.Select(step => step.Curvature)).ToArray(), seeds,
                first.Steps.Length),
            Tensor.Of("gradient_norm", group.Paths.SelectMany(path => path.Steps.Select(step => step.GradientNorm)).ToArray(), seeds,
                first.Steps.Length),
        ];
    }

    /// <summary>Twins of the runs: a published mean is of these seeds, so that only roundings part it from ours.</summary>
    private RoundingTwins.Outcome Twins(
        IReadOnlyList<FinishedRun> runs, ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        FinishedRun[] sgd = [.. runs.Where(run => run.Settings.Optimizer is Sgd)];
        FinishedRun[] adam = [.. runs.Where(run => run.Settings.Optimizer is Adam)];
        return new RoundingTwins(sgd, adam, run => Path.ConditionNumbersOf(run, TableIterations, options.Protocol, stop), stride: 1)
            .Compare(Name, "", TableIterations[^1] + 1, TableIterations, options, progress, stop);
    }

    private IEnumerable<ResultRow> Compare(
        IReadOnlyList<Group> groups, string on, RoundingTwins.Outcome? twins, Protocol protocol, bool isFullScale)
    {
        foreach (Group group in groups)
        {
            double[] last = [.. group.Paths.Select(path => Seeds.Median(path.Losses.TakeLast(RateSearch.PointsAtTheEnd)))];
            Seeds seeds = Seeds.OfValues(last);
            yield return new ResultRow(
                Name, string.Create(CultureInfo.InvariantCulture,
                    $"{group.Label}: final test loss on {on}, mean of {last.Length} (± "
                        + $"{seeds.Deviation[0]:G2}{Error(group.Paths.Average(path => path.PromptError))})"), null, null, seeds.Mean[0],
                            null, Verdict.None);
        }

        if (groups.Count != 2)
        {
            yield break;
        }

        for (int i = 0; i < groups[0].Paths[0].CurvatureIterations.Length; i++)
        {
            int t = groups[0].Paths[0].CurvatureIterations[i];
            if (!TableIterations.Contains(t))
            {
                continue;
            }

            double[] published = PublishedFigures.Numbers("condition_number_ratio_sgdm_over_adam", "nonlinear", $"{t}");
            int point = i;
            double[] ratios = [.. groups[0].Paths.Zip(
                groups[1].Paths, (sgd, adam) => sgd.ConditionNumbers[point] / adam.ConditionNumbers[point])];
            Seeds ratio = Seeds.OfValues(ratios);
            int at = Array.IndexOf(TableIterations, t);
            double? tolerance = twins?.Tolerance(at, PublishedDecimals);
            yield return new ResultRow(
                Name,
                FormattableString.Invariant(
                    $"condition numbers, SGDM/Adam at {t}, ± {ratio.Deviation[0]:0.##}; published ± {published[1]:0.##}"),
                isFullScale ? published[0] : null,
                t == 0 && protocol is Protocol.Fair ? 1 : null,
                ratio.Mean[0],
                protocol is Protocol.Fair ? "measured as published, and judged, by --protocol original"
                    : twins is null ? null
                    : FormattableString.Invariant($"±{tolerance:0.####}: {twins.Reach(at)}"),
                Judge.Of(Math.Abs(ratio.Mean[0] - published[0]) <= tolerance, twins is not null));
            if (t == 0 || twins is null)
            {
                continue;
            }

            // Whatever numbers the published mean and deviation are of, none of them can have been larger than this.
            double most = MeanTolerance.LargestOf(PublishedSeeds.Count, published[0], published[1]);
            int largest = Array.IndexOf(ratios, ratios.Max());
            double allowed = MeanTolerance.Of((twins.Deviation(at, largest), 1));
            yield return new ResultRow(
                Name,
                $"condition numbers, SGDM/Adam at {t}: the largest of {ratios.Length}, that of seed {groups[0].Paths[largest].Run.Seed}; "
                    + "published: the most that mean and deviation allow",
                most,
                null,
                ratios[largest],
                FormattableString.Invariant($"above by at most {allowed:0.##}, two deviations by roundings"),
                Judge.Of(ratios[largest] <= most + allowed));
        }

        double[] sharper = [.. groups.Select(
            group => Seeds.Median(
                group.Paths.SelectMany(path => path.Steps.Where(step => step.Curvature > 0).Select(step => step.Curvature))))];
        yield return new ResultRow(
            Name, FormattableString.Invariant(
                $"curvature along the step, median over runs: SGDM {sharper[0]:G3}, Adam {sharper[1]:G3}; SGDM over Adam"), null, null,
                    sharper[0] / sharper[1], null, Verdict.None);
    }
}
