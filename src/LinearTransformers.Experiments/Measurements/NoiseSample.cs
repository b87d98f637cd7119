using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>Norms of gradient noise, with what Gaussian noise of the same second moments would give beside them.</summary>
internal sealed record NoiseSample(double[] Norms, double CoordinateKurtosis, double[] GaussianNorms)
{
    private const ulong GaussianSeed = 1;
    private const int ModeBins = 40;

    private TailFigures? _tails;
    private TailFigures? _gaussianTails;

    /// <summary>Whether all of it is: a gradient may overflow, and then there is no Gaussian noise like it.</summary>
    public bool IsFinite => GaussianNorms.Length == Norms.Length && Norms.All(double.IsFinite);

    public TailFigures Tails => _tails ??= TailFigures.Of(Norms);

    public TailFigures GaussianTails => _gaussianTails ??= TailFigures.Of(GaussianNorms);

    /// <summary>The middle of the fullest of forty bins.</summary>
    public double Mode
    {
        get
        {
            Histogram histogram = Histogram.Of(Norms, ModeBins);
            int fullest = Enumerable.Range(0, ModeBins).MaxBy(i => histogram.Densities[i]);
            return histogram.Start + ((fullest + 0.5) * histogram.BinWidth);
        }
    }

    /// <summary>Hill's index from the largest hundredth.</summary>
    public static Estimate Hill(double[] norms) => TailFigures.Hill(norms, Math.Max(2, norms.Length / 100));

    /// <summary>The noise of a run's batches at some parameters.</summary>
    public static NoiseSample Draw(
        TrainingSettings settings,
        ReadOnlySpan<float> parameters,
        IStream stream,
        int samples,
        WorkerTeam? team,
        IRunProgress progress,
        CancellationToken stop,
        Covariance? covariance = null)
    {
        GradientNoise noise = GradientNoise.Sample(
            settings.NewLoss<float>(team), parameters, settings.Prompts(covariance), stream, samples, secondMoments: true, team, done
                => progress.Report(done), stop);
        double[] gaussian = noise.SecondMoments!.Cast<double>().All(double.IsFinite)
            ? GaussianNoiseNorms.Sample(noise.SecondMoments!, samples, GaussianSeed) : [];
        return new NoiseSample(noise.Norms, noise.CoordinateKurtosis!.Value, gaussian);
    }

    /// <summary>A histogram of a hundred bins, with the Q–Q plot against the normal distribution.</summary>
    public HistogramFigure HistogramFigure()
    {
        double[] sorted = [.. Norms.Order()];
        double[] quantiles = TailFigures.NormalQuantiles(sorted.Length);
        double mean = Tails.Mean.Value;
        double deviation = Tails.Deviation.Value;
        return new HistogramFigure("", "Gradient error", Histogram.Of(Norms, 100))
        {
            Inset = new LineFigure("", new Axis("Normal quantile"), new Axis("Sample"),
            [
                new Series("on a line", [quantiles[0], quantiles[^1]],
                    [mean + (deviation * quantiles[0]), mean + (deviation * quantiles[^1])]) { Color = FigureColor.Gray },
                new Series("noise", Thinned(quantiles), Thinned(sorted)) { Color = Palette.Blue },
            ])
            {
                Size = new FigureSize(210, 150),
            },
        };
    }

    /// <summary>The share of norms above a value, down to the last one.</summary>
    public LineFigure TailFigure()
    {
        return new LineFigure(
            "",
            new Axis("Gradient error"),
            new Axis("Share of samples above", AxisScale.Logarithmic),
            [Above("measured", Norms, Palette.Blue), Above("Gaussian, same second moments", GaussianNorms, FigureColor.Gray)]);

        static Series Above(string name, double[] norms, FigureColor color)
        {
            double[] sorted = [.. norms.Order()];
            return new Series(name, Thinned(sorted),
                Thinned([.. sorted.Select((_, i) => (sorted.Length - i - 0.5) / sorted.Length)]))
            { Color = color };
        }
    }

    /// <summary>
    /// Of points in order, all at both ends and about a thousand between: more would not be told apart, and make large files.
    /// </summary>
    private static IEnumerable<double> Thinned(double[] points)
    {
        const int End = 500;
        int stride = Math.Max(1, (points.Length - (2 * End)) / 1000);
        return points.Where((_, i) => i < End || i >= points.Length - End || i % stride == 0);
    }
}
