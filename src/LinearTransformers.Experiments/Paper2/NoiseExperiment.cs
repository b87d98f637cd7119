using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Random;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// The noise of stochastic gradients has a heavy tail (paper [2], figure 2 and its plot_stochastic_noise notebook): at the
/// initial model of seed 1, the norm of a batch's gradient less the true one, 10,000 times; besides, along the runs of loss.
/// What the norm of Gaussian noise with the same second moments would be stands beside each figure.
/// </summary>
public sealed class NoiseExperiment : IExperiment
{
    private const int PublishedSamples = 10_000;
    private const int SamplesAlongRuns = 4000;
    private const ulong StreamSeedAlongRuns = 1;
    private const string NotebookSetting = "normal-n20";

    private static readonly int[] IterationsAlongRuns = [100, 1000, 10_000];

    /// <inheritdoc/>
    public string Name => "noise";

    /// <inheritdoc/>
    public string Summary => "gradient noise at the initial model and along the runs of loss: histogram, tails (paper [2])";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [1];

    /// <inheritdoc/>
    public int PublishedIterations => OptimizationRuns.PublishedIterations;

    /// <inheritdoc/>
    public IReadOnlyList<string> SettingNames => OptimizationSetting.Names;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        bool isFullScale = iterations == PublishedIterations;
        int[] along = [.. IterationsAlongRuns.Where(t => t < iterations), iterations];
        along = [.. along.Distinct()];
        int samples = isFullScale ? PublishedSamples : Math.Clamp(iterations, 100, PublishedSamples);
        int samplesAlong = Math.Min(samples, SamplesAlongRuns);

        IReadOnlyList<OptimizationSetting> settings = OptimizationSetting.Of(options);
        int seed = (options.Seeds ?? PublishedSeeds)[0];
        IRunProgress[] atStart = [.. settings.Select(setting => progress.Start($"noise {setting.Name}", samples, cost: 5000))];
        IReadOnlyList<OptimizationGroup> groups = OptimizationRuns.Train(OptimizationSetting.Optimizers, [seed], options, progress, stop);
        IRunProgress[] afterwards =
            [.. groups.SelectMany(
                group => along.Select(t => progress.Start($"noise {group.Setting.Name} {group.Label} at {t}", samplesAlong, cost: 5000)))];
        using WorkerTeam team = new(options.Threads);

        ResultFolder folder = new(this, options);
        List<ResultRow> rows = [];
        List<ResultRow> details = [];
        for (int s = 0; s < settings.Count; s++)
        {
            OptimizationSetting setting = settings[s];
            NoiseSample initial = Initial(setting, seed, samples, team, atStart[s], stop);
            folder.Draw($"noise-{setting.Name}", () => initial.HistogramFigure());
            folder.Draw($"noise-tail-{setting.Name}", () => initial.TailFigure());
            folder.WriteMeasurements(
                $"noise-{setting.Name}", [Tensor.Vector("noise", initial.Norms), Tensor.Vector("gaussian", initial.GaussianNorms)]);
            rows.AddRange(Compare(setting, initial, isFullScale));
            details.AddRange(Tails($"{setting.Name}, initial model", initial));
            for (int a = 0; a < 2; a++)
            {
                OptimizationGroup group = groups[(2 * s) + a];
                for (int i = 0; i < along.Length; i++)
                {
                    NoiseSample sample = NoiseSample.Draw(
                        group.Runs[0].Settings, group.Runs[0].History.At(along[i]), new TorchStream(StreamSeedAlongRuns), samplesAlong,
                            team, afterwards[(((2 * s) + a) * along.Length) + i], stop);
                    string where = $"{setting.Name}, {group.Label} at {along[i]}";
                    rows.Add(TailIndex(where, sample));
                    details.AddRange(Tails(where, sample));
                }
            }
        }

        return folder.Finish(rows, [.. details]);
    }

    /// <summary>As published: one stream gives the parameters, the large batch and the others.</summary>
    private static NoiseSample Initial(
        OptimizationSetting setting, int seed, int samples, WorkerTeam team, IRunProgress progress, CancellationToken stop)
    {
        TrainingSettings training = setting.Training(new Adam(), seed);
        TorchStream stream = new((ulong)seed);
        float[] parameters = training.Initialize(stream);
        return NoiseSample.Draw(training, parameters, stream, samples, team, progress, stop);
    }

    private IEnumerable<ResultRow> Compare(OptimizationSetting setting, NoiseSample sample, bool isFullScale)
    {
        if (setting.Name == NotebookSetting)
        {
            double mode = PublishedFigures.Number("stochastic_noise", "mode_about");
            double[] support = PublishedFigures.Numbers("stochastic_noise", "support_about");
            yield return Row("mode", mode, sample.Mode, 0.15);
            yield return Row("least", support[0], sample.Norms.Min(), 0.2);
            yield return Row("largest", support[1], sample.Norms.Max(), 0.2);
        }

        yield return Excess($"{setting.Name}, initial model", sample, isFullScale && setting.IsInTable);
        yield return TailIndex($"{setting.Name}, initial model", sample);

        ResultRow Row(string what, double published, double ours, double tolerance)
            => new(Name, $"{setting.Name}, initial model: {what} of {sample.Norms.Length} norms", published, null, ours,
                FormattableString.Invariant($"read off the figure: ±{tolerance}"),
                    Judge.Of(Math.Abs(ours - published) <= tolerance, isFullScale));
    }

    /// <summary>The figure that stands for the claim: whether the tail is heavier than that of Gaussian noise would be.</summary>
    private ResultRow Excess(string where, NoiseSample sample, bool isClaim)
    {
        Estimate ours = sample.Tails.ExcessKurtosis;
        Estimate gaussian = sample.GaussianTails.ExcessKurtosis;
        double error = Math.Sqrt((ours.Error * ours.Error) + (gaussian.Error * gaussian.Error));
        return new ResultRow(
            Name,
            FormattableString.Invariant($"{where}: excess kurtosis of the norm (± {ours.Error:0.00}) against that of Gaussian noise"),
            null,
            gaussian.Value,
            ours.Value,
            isClaim ? "above by two errors" : null,
            Judge.Of(ours.Value - gaussian.Value > 2 * error, isClaim));
    }

    /// <summary>Hill's index, which is of use where a single sample makes the kurtosis.</summary>
    private ResultRow TailIndex(string where, NoiseSample sample)
    {
        Estimate ours = NoiseSample.Hill(sample.Norms);
        return new ResultRow(
            Name,
            FormattableString.Invariant($"{where}: Hill's tail index (± {ours.Error:0.0}) against that of Gaussian noise"),
            null,
            NoiseSample.Hill(sample.GaussianNorms).Value,
            ours.Value,
            null,
            Verdict.None);
    }

    private IEnumerable<ResultRow> Tails(string where, NoiseSample sample)
    {
        (string Name, Estimate Ours, Estimate Gaussian)[] figures =
        [
            ("mean", sample.Tails.Mean, sample.GaussianTails.Mean),
            ("standard deviation", sample.Tails.Deviation, sample.GaussianTails.Deviation),
            ("skewness", sample.Tails.Skewness, sample.GaussianTails.Skewness),
            ("excess kurtosis", sample.Tails.ExcessKurtosis, sample.GaussianTails.ExcessKurtosis),
            ("correlation of the Q–Q plot with the normal distribution", sample.Tails.NormalCorrelation,
                sample.GaussianTails.NormalCorrelation),
            ("Hill's tail index from the largest hundredth", NoiseSample.Hill(sample.Norms), NoiseSample.Hill(sample.GaussianNorms)),
        ];
        foreach ((string name, Estimate ours, Estimate gaussian) in figures)
        {
            yield return new ResultRow(
                Name, FormattableString.Invariant($"{where}: {name} of the norm (± {ours.Error:G2})"), null, gaussian.Value, ours.Value,
                    null, Verdict.None);
        }

        yield return new ResultRow(
            Name, $"{where}: excess kurtosis of a coordinate, mean over coordinates", null, 0, sample.CoordinateKurtosis, null,
                Verdict.None);
    }
}
