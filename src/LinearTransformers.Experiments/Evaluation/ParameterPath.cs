using LinearTransformers.Baselines;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Shapes;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Evaluation;

/// <summary>
/// The straight line between the matrices of a model and those of GD++, θ_t = (1 − t) θ + t θ': where both are one algorithm, losses on
/// it stay low (von Oswald et al., 2023).
/// </summary>
internal static class ParameterPath
{
    /// <summary>
    /// Both ends, as matrices of all layers; null where a model is no linear transformer of one head, or GD++ is missing.
    /// </summary>
    /// <param name="subject">The model, at its last iteration.</param>
    /// <param name="opponents">The algorithms, GD++ among them.</param>
    public static (float[] Model, float[] Constructed) Ends(Subject subject, IReadOnlyList<Opponent> opponents)
    {
        TrainingSettings settings = subject.Settings;
        if (settings is not { Heads: 1, Model: LinearTransformerModel { Activation.IsLinear: true } model }
            || opponents.Select(opponent => opponent.Baseline).OfType<GradientDescentPlusPlus>().FirstOrDefault()?.Scales is not { } scales)
        {
            return default;
        }

        int d = settings.Dimension;
        float[] matrices = model.Matrices(settings.Sizes, subject.Run.Run.History.At(subject.Iterations[^1]));
        double[] ofQueries = [.. scales.Where((_, i) => i % 2 == 0)];
        double[] ofValues = [.. scales.Where((_, i) => i % 2 == 1)];
        float[] constructed = new GradientDescentPlusPlus<float>(settings.Layers, d, settings.GivenCovariance)
            .Parameters(ofQueries, ofValues);
        if (!model.IsFull)
        {
            return (matrices, constructed);
        }

        float[] full = new float[matrices.Length];
        int size = (d + 1) * (d + 1);
        for (int layer = 0; layer < settings.Layers; layer++)
        {
            // P and Q act through their product alone, so that P's corner may be 1, as that of GD++ is.
            Span<float> both = matrices.AsSpan(2 * layer * size, 2 * size);
            float corner = both[size - 1];
            for (int i = 0; i < 2 * size; i++)
            {
                both[i] = i < size ? both[i] / corner : both[i] * corner;
            }

            for (int i = 0; i < 2 * d * d; i++)
            {
                (int matrix, int row, int column) = (i / (d * d), i % (d * d) / d, i % d);
                full[(((2 * layer) + matrix) * size) + (row * (d + 1)) + column] = constructed[(2 * layer * d * d) + i];
            }

            full[(((2 * layer) + 1) * size) - 1] = 1;
        }

        return (matrices, full);
    }

    /// <summary>A point of the line.</summary>
    public static float[] At((float[] Model, float[] Constructed) ends, double weight)
        => [.. ends.Model.Zip(ends.Constructed, (a, b) => (float)(((1 - weight) * a) + (weight * b)))];

    /// <summary>The loss of matrices.</summary>
    public static BatchLoss<float> Loss(TrainingSettings settings)
    {
        bool isFull = ((LinearTransformerModel)settings.Model).IsFull;
        return isFull
            ? BatchLoss<float>.Of(NonlinearRegressionShape.WithoutNetwork(settings.Layers, 1, settings.Dimension))
            : BatchLoss<float>.Of(new LinearTransformerShape(settings.Layers, 1, settings.Dimension));
    }
}
