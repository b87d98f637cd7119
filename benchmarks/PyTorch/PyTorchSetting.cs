using System.Text.Json;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.PyTorch;

/// <summary>
/// A run's settings as <c>iteration.py</c> reads them, with parameters and what the library has for them on a batch: loss and gradient.
/// Its iterations begin with these parameters.
/// </summary>
internal static class PyTorchSetting
{
    private const int Prompts = 1000;
    private const int Seed = 1;

    /// <summary>The line that it reads first.</summary>
    public static string Line(TrainingSettings settings, IReadOnlyList<string> forms)
    {
        // Large enough for every layer to count, small enough for many layers.
        float[] parameters = (settings with { InitialDeviation = 0.5 / settings.Dimension }).Initialize(new TorchStream(0));
        float[] gradient = new float[parameters.Length];
        Covariance? covariance = settings.DrawCovariance();
        PromptBatch batch = new(settings.Prompts(covariance) with { BatchSize = Math.Min(Prompts, settings.BatchSize) });
        if (settings.ResampleEvery > 0)
        {
            batch.Refresh(new TorchStream(Seed));
        }
        else
        {
            batch.Draw(new TorchStream(Seed));
        }

        BatchLoss<float> loss = settings.NewLoss<float>();
        loss.Load(batch);
        double value = loss.Evaluate(parameters, gradient);
        FeatureLabels? features = settings.Labels as FeatureLabels;
        Adam adam = (Adam)settings.Optimizer;
        return JsonSerializer.Serialize(new
        {
            d = settings.Dimension,
            N = settings.ContextLength,
            L = settings.Layers,
            B = settings.BatchSize,
            forms,
            draws = settings.ResampleEvery switch { null => "fresh", 0 => "kept", _ => "refreshed" },
            maps = covariance is null ? null : (float[][])[Map(covariance, d => d), Map(covariance, d => 1 / d)],
            softmax = settings.Model is LinearTransformerModel { Activation.IsLinear: false },
            task = features is null ? null : new { seed = features.Seed, hidden = features.Hidden },
            rate = settings.LearningRate,
            betas = (double[])[adam.Beta1, adam.Beta2],
            clip = settings.Clipping!.Threshold,
            clips_matrices = settings.ClipScope is ClipScope.Matrix,
            sizes = settings.Layout.Arrays.Select(SizesOf),
            parameters,
            prompts = batch.Settings.BatchSize,
            seed = Seed,
            loss = value,
            gradient,
        });
    }

    /// <summary>The array's sizes; of matrices of layers without heads, of which there is one.</summary>
    private static int[] SizesOf(ParameterArray array)
        => array.Sizes is [int layers, 1, _, ..] ? [layers, .. array.Sizes.Skip(2)] : [.. array.Sizes];

    /// <summary>U times a diagonal matrix of D's entries or what is made of them.</summary>
    private static float[] Map(Covariance covariance, Func<float, float> scale)
        => [.. covariance.U.Select((entry, i) => entry * scale(covariance.D[i % covariance.Dimension]))];
}
