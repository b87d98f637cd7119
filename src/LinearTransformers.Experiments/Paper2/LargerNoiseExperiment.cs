using System.Globalization;
using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>
/// The gradient noise of the larger model of paper [2], figure 5, right: eight layers, twenty dimensions, sixty examples, at its initial
/// parameters. Norms of batches' gradients less their mean, beside those of Gaussian noise.
/// </summary>
/// <remarks>
/// The model has 6400 parameters. Gaussian noise with the second moments of n gradients g_j is Σ z_j g_j/√n with normal z, and its norm
/// is the root of zᵀ K z/n with K the products of the gradients: no matrix of the size of the model is needed. Its second moments are those
/// of the sample, of rank n, which makes its norms scatter more than the model's would: the comparison is a severe one.
/// </remarks>
public sealed class LargerNoiseExperiment : IExperiment
{
    private const ulong GaussianKey = 1;

    /// <inheritdoc/>
    public string Name => "larger-noise";

    /// <inheritdoc/>
    public string Summary => "gradient noise of the model of 8 layers, d = 20, N = 60, at its start (paper [2], figure 5)";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [1];

    /// <summary>Gradients that are drawn: there are no iterations.</summary>
    public int PublishedIterations => 2000;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int samples = Math.Max(3, options.MaxIterations ?? PublishedIterations);
        bool isFull = samples == PublishedIterations;
        int seed = (options.Seeds ?? PublishedSeeds)[0];
        TrainingSettings settings = new() { Layers = 8, Dimension = 20, ContextLength = 60, Stream = options.Stream, Seed = seed };
        using WorkerTeam team = new(options.Threads);
        float[][] gradients = Gradients(settings, samples, team, progress.Start("gradients", samples, cost: 1e5), stop);
        double[,] products = Products(gradients, team);
        double[] norms = [.. Enumerable.Range(0, samples).Select(i => Math.Sqrt(products[i, i]))];
        NoiseSample noise = new(norms, double.NaN, GaussianNorms(products, team));

        ResultFolder folder = new(this, options);
        folder.Draw("noise", () => noise.HistogramFigure());
        folder.Draw("noise-tail", () => noise.TailFigure());
        folder.WriteMeasurements(
            "noise", [Tensor.Vector("noise", noise.Norms), Tensor.Vector("gaussian", noise.GaussianNorms)]);
        Estimate ours = noise.Tails.ExcessKurtosis;
        Estimate gaussian = noise.GaussianTails.ExcessKurtosis;
        double error = Math.Sqrt((ours.Error * ours.Error) + (gaussian.Error * gaussian.Error));
        Estimate deviation = noise.Tails.Deviation;
        Estimate ofGaussian = noise.GaussianTails.Deviation;
        return folder.Finish(
        [
            new ResultRow(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"excess kurtosis of {samples} norms (± {ours.Error:G2}) against that of Gaussian noise (± {gaussian.Error:G2})"),
                null, gaussian.Value, ours.Value, "above by two errors", Judge.Of(ours.Value - gaussian.Value > 2 * error, isFull)),
            new ResultRow(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"deviation of the norms over their mean against that of Gaussian noise (± "
                        + $"{deviation.Error / noise.Tails.Mean.Value:G2})"),
                null, ofGaussian.Value / noise.GaussianTails.Mean.Value, deviation.Value / noise.Tails.Mean.Value, null, Verdict.None),
            new ResultRow(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"Hill's tail index (± {NoiseSample.Hill(norms).Error:0.0}) against that of Gaussian noise"),
                null, NoiseSample.Hill(noise.GaussianNorms).Value, NoiseSample.Hill(norms).Value, null, Verdict.None),
        ]);
    }

    /// <summary>Gradients of batches at the initial parameters, less their mean.</summary>
    private static float[][] Gradients(
        TrainingSettings settings, int samples, WorkerTeam team, IRunProgress progress, CancellationToken stop)
    {
        IStream stream = settings.Stream is StreamKind.Native
            ? new NativeStream((ulong)settings.Seed) : new TorchStream((ulong)settings.Seed);
        float[] parameters = settings.Initialize(stream);
        BatchLoss<float> loss = settings.NewLoss<float>(team);
        PromptBatch batch = new(settings.Prompts(null));
        float[][] gradients = new float[samples][];
        double[] mean = new double[parameters.Length];
        for (int i = 0; i < samples; i++)
        {
            stop.ThrowIfCancellationRequested();
            loss.LoadNext(batch, stream);
            gradients[i] = new float[parameters.Length];
            loss.Evaluate(parameters, gradients[i]);
            for (int k = 0; k < mean.Length; k++)
            {
                mean[k] += (double)gradients[i][k] / samples;
            }

            progress.Report(i + 1);
        }

        foreach (float[] gradient in gradients)
        {
            for (int k = 0; k < mean.Length; k++)
            {
                gradient[k] -= (float)mean[k];
            }
        }

        return gradients;
    }

    /// <summary>K, the products of all pairs.</summary>
    private static double[,] Products(float[][] vectors, WorkerTeam team)
    {
        int n = vectors.Length;
        double[,] products = new double[n, n];
        team.For(n, i =>
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = 0;
                for (int k = 0; k < vectors[i].Length; k++)
                {
                    sum += (double)vectors[i][k] * vectors[j][k];
                }

                products[i, j] = sum;
            }
        });
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < i; j++)
            {
                products[j, i] = products[i, j];
            }
        }

        return products;
    }

    /// <summary>Roots of zᵀ K z/n, as many as there are vectors.</summary>
    private static double[] GaussianNorms(double[,] products, WorkerTeam team)
    {
        int n = products.GetLength(0);
        double[] norms = new double[n];
        team.For(n, sample =>
        {
            float[] z = new float[n];
            new NativeStream((GaussianKey << 32) + (ulong)sample).FillNormal(z);
            double sum = 0;
            for (int i = 0; i < n; i++)
            {
                double product = 0;
                for (int j = 0; j < n; j++)
                {
                    product += products[i, j] * z[j];
                }

                sum += z[i] * product;
            }

            norms[sample] = Math.Sqrt(sum / n);
        });
        return norms;
    }
}
