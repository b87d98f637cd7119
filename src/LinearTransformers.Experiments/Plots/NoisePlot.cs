using System.Globalization;
using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Numerics;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Plots;

/// <summary>
/// Gradient noise at a run's initial model, as published: a stream seeded with the run's seed gives the model, then the large
/// batch, then all others.
/// </summary>
internal static class NoisePlot
{
    private const int PublishedSamples = 10_000;

    public static Plot Draw(IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        LoadedRun run = PlotCatalog.Single("noise", runs);
        int samples = options.Samples ?? PublishedSamples;
        if (samples < TailFigures.FewestSamples)
        {
            throw new SettingException(PlotKind.Samples, samples, $"at least {TailFigures.FewestSamples}");
        }

        TorchStream stream = new((ulong)run.Settings.Seed);
        float[] drawn = run.Settings.Initialize(stream);
        float[] parameters = run.Settings.InitialRun is null ? drawn : run.Run.History.At(0).ToArray();
        using WorkerTeam team = new(options.Threads);
        NoiseSample sample = NoiseSample.Draw(
            run.Settings, parameters, stream, samples, team, progress.Start("noise", samples), stop, run.Run.History.Covariance);
        if (!sample.IsFinite || sample.Norms.Min() == sample.Norms.Max())
        {
            throw new PlotException(
                $"{run.Path}: the noise of its initial model is {(sample.IsFinite ? "always the same" : "not finite")}; there is no "
                    + "histogram of it");
        }

        PlotTable table = new("sample", "noise", "gaussian");
        foreach ((int index, (double noise, double gaussian)) in sample.Norms.Zip(sample.GaussianNorms).Index())
        {
            table.Add(index, noise, gaussian);
        }

        string caption = string.Create(
            CultureInfo.InvariantCulture,
                $"Norm of the gradient's error at the initial model, {samples:N0} batches of {run.Settings.BatchSize:N0} prompts. "
                    + $"Inset: its Q–Q plot against the normal distribution.");
        return new Plot(
            sample.HistogramFigure() with { Note = caption },
            caption,
            table,
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

    /// <summary>Why noise cannot be shown of a run; null if it can.</summary>
    public static string? Refusal(LoadedRun run)
    {
        long numbers = (run.Settings.ContextLength + 1L) * run.Settings.Dimension * GradientNoise.LargeBatches;
        return run.Settings.BatchSize > Array.MaxLength / numbers
            ? $"its B is {run.Settings.BatchSize}; noise is measured against a batch {GradientNoise.LargeBatches} times as large, of "
                + $"runs with B up to {Array.MaxLength / numbers}"
            : null;
    }
}
