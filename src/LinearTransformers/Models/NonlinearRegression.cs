using LinearTransformers.Random;

namespace LinearTransformers.Models;

/// <summary>What is done to the parameters of a nonlinear-regression model as a whole.</summary>
public static class NonlinearRegression
{
    /// <summary>
    /// Initial parameters as the published code draws them: the matrices as one tensor of normals, then both layers of the network
    /// as PyTorch initialises linear layers, uniform up to 1/√inputs.
    /// </summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="stream">Where they are drawn from.</param>
    /// <param name="deviation">The standard deviation of the matrices' entries, which the published code calls <c>var</c>.</param>
    public static float[] Initialize(NonlinearRegressionShape shape, IStream stream, float deviation)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(stream);
        float[] parameters = new float[shape.ParameterCount];
        stream.FillNormal(parameters.AsSpan(0, shape.AttentionCount), 0, deviation);
        stream.FillLinearLayer(
            parameters.AsSpan(shape.OffsetOfFirstWeights, shape.Hidden * shape.Dimension),
            parameters.AsSpan(shape.OffsetOfFirstBiases, shape.Hidden),
            shape.Dimension);
        stream.FillLinearLayer(
            parameters.AsSpan(shape.OffsetOfSecondWeights, shape.Dimension * shape.Hidden),
            parameters.AsSpan(shape.OffsetOfSecondBiases, shape.Dimension),
            shape.Hidden);
        return parameters;
    }
}
