using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Numerics;
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
        TrainingSettings settings, ReadOnlySpan<float> parameters, IStream stream, int samples, WorkerTeam? team, IRunProgress progress, CancellationToken stop)
    {
        GradientNoise noise = GradientNoise.Sample(
            settings.Shape, parameters, settings.Prompts(null), stream, samples, secondMoments: true, team, done => progress.Report(done), stop);
        return new NoiseSample(noise.Norms, noise.CoordinateKurtosis!.Value, GaussianNoiseNorms.Sample(noise.SecondMoments!, samples, GaussianSeed));
    }
}
