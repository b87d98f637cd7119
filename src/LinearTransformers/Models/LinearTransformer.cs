using LinearTransformers.Random;

namespace LinearTransformers.Models;

/// <summary>What is done to the parameters of a linear transformer as a whole.</summary>
public static class LinearTransformer
{
    /// <summary>
    /// Initial parameters: independent normals with mean 0, drawn as one tensor. The published code calls their
    /// standard deviation <c>var</c>.
    /// </summary>
    public static float[] Initialize(LinearTransformerShape shape, IStream stream, float deviation)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(stream);
        float[] parameters = new float[shape.ParameterCount];
        stream.FillNormal(parameters, 0, deviation);
        return parameters;
    }

    /// <summary>Sets every P̂ to zero: the sparsity of paper [1], section 4, enforced after each step.</summary>
    public static void ZeroP<T>(LinearTransformerShape shape, Span<T> parameters)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(shape);
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            for (int head = 0; head < shape.Heads; head++)
            {
                parameters.Slice(shape.OffsetOfP(layer, head), shape.MatrixSize).Clear();
            }
        }
    }
}
