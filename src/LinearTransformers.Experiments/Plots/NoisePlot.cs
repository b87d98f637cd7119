using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Numerics;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>
/// Gradient noise at a run's initial model, as published: a stream seeded with the run's seed gives the model, then the large
/// batch, then all others.
/// </summary>
internal static class NoisePlot
{
    private const int PublishedSamples = 10_000;

    public static Plot Draw(IReadOnlyList<LoadedRun> runs, PlotOptions options, IRunProgress progress, CancellationToken stop)
    {
        LoadedRun run = PlotCatalog.Single("noise", runs);
        int samples = options.Samples ?? PublishedSamples;
        if (samples < TailFigures.FewestSamples)
        {
            throw new SettingException(PlotKind.Samples, samples, $"at least {TailFigures.FewestSamples}");
        }

        long numbers = (run.Settings.ContextLength + 1L) * run.Settings.Dimension * GradientNoise.LargeBatches;
        if (run.Settings.BatchSize > Array.MaxLength / numbers)
        {
            throw new PlotException($"{run.Path}: its B is {run.Settings.BatchSize}; noise is measured against a batch {GradientNoise.LargeBatches} times as large, of runs with B up to {Array.MaxLength / numbers}");
        }

        TorchStream stream = new((ulong)run.Settings.Seed);
        float[] parameters = run.Settings.Initialize(stream);
        using WorkerTeam team = new(options.Threads);
        NoiseSample sample = NoiseSample.Draw(
            run.Settings, parameters, stream, samples, team, new Silent(), stop, run.Run.History.Covariance);
        progress.Report(1);
        if (!sample.Norms.All(double.IsFinite) || sample.Norms.Min() == sample.Norms.Max())
        {
            throw new PlotException($"{run.Path}: the noise of its initial model is {(sample.Norms.All(double.IsFinite) ? "always the same" : "not finite")}; there is no histogram of it");
        }

        return new Plot(
            sample.HistogramFigure(),
            [("noise", sample.Norms), ("gaussian", sample.GaussianNorms)],
            [
                ("mode", sample.Mode),
                ("mean", sample.Tails.Mean.Value),
                ("standard deviation", sample.Tails.Deviation.Value),
                ("excess kurtosis", sample.Tails.ExcessKurtosis.Value),
                ("its standard error", sample.Tails.ExcessKurtosis.Error),
                ("excess kurtosis, Gaussian noise of the same second moments", sample.GaussianTails.ExcessKurtosis.Value),
            ],
            []);
    }

    private sealed class Silent : IRunProgress
    {
        public void Report(int iterations, double loss = double.NaN)
        {
        }
    }
}
