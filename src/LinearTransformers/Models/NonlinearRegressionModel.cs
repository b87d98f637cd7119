using LinearTransformers.Activations;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Random;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models;

/// <summary>
/// The nonlinear-regression model of paper [2]: a network on every covariate before layers of linear attention with full matrices. Its
/// usual labels are <see cref="FeatureLabels"/>.
/// </summary>
[Part("nonlinear-regression", "a network on every covariate, then layers of linear attention with full matrices")]
public sealed record NonlinearRegressionModel : Model
{
    /// <summary>Hidden units of the network.</summary>
    [Setting("hidden", Value = "n", AtLeast = 1, Help = "hidden units of nonlinear-regression's network")]
    public int Hidden { get; init; } = 30;

    /// <inheritdoc/>
    public override LabelRule UsualLabels => new FeatureLabels();

    /// <summary>The model's sizes.</summary>
    public NonlinearRegressionShape Shape(ModelSizes sizes) => new(sizes.Layers, sizes.Heads, sizes.Dimension, Hidden);

    /// <inheritdoc/>
    public override double ParameterCount(ModelSizes sizes)
    {
        double size = sizes.Dimension + 1.0;
        return ((double)sizes.Layers * sizes.Heads * 2 * size * size) + (2.0 * Hidden * sizes.Dimension) + Hidden + sizes.Dimension;
    }

    /// <inheritdoc/>
    public override ParameterLayout Layout(ModelSizes sizes) => Shape(sizes).Layout;

    /// <inheritdoc cref="NonlinearRegressionShape.Initialize"/>
    public override float[] Initialize(ModelSizes sizes, IStream stream, float deviation) => Shape(sizes).Initialize(stream, deviation);

    /// <inheritdoc/>
    protected override double[][] TransformTokens(ModelSizes sizes, double[] parameters, double[] z)
    {
        NonlinearRegressionShape shape = Shape(sizes);
        int d = sizes.Dimension;
        for (int token = 0; token < z.Length; token += d + 1)
        {
            double[] x = z[token..(token + d)];
            for (int i = 0; i < d; i++)
            {
                z[token + i] = parameters[shape.OffsetOfSecondBiases + i];
            }

            for (int unit = 0; unit < Hidden; unit++)
            {
                double sum = parameters[shape.OffsetOfFirstBiases + unit];
                for (int i = 0; i < d; i++)
                {
                    sum += parameters[shape.OffsetOfFirstWeights + (unit * d) + i] * x[i];
                }

                for (int i = 0; i < d; i++)
                {
                    z[token + i] += parameters[shape.OffsetOfSecondWeights + (i * Hidden) + unit] * Math.Max(0, sum);
                }
            }
        }

        return TokenLayers.Apply(z, d + 1, new LinearAttention(), Enumerable.Range(0, sizes.Layers).Select(
            layer => Enumerable.Range(0, sizes.Heads).Select(head => (
                parameters.AsSpan(shape.OffsetOfP(layer, head), shape.MatrixSize).ToArray(),
                parameters.AsSpan(shape.OffsetOfQ(layer, head), shape.MatrixSize).ToArray())).ToArray()));
    }

    /// <inheritdoc/>
    public override BatchLoss<T> NewLoss<T>(ModelSizes sizes, WorkerTeam? team = null) => BatchLoss<T>.Of(Shape(sizes), team);
}
