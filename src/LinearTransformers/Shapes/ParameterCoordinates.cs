namespace LinearTransformers.Shapes;

/// <summary>Indices of some of a model's parameters, ascending: which rows and columns of a Hessian to look at.</summary>
public static class ParameterCoordinates
{
    /// <summary>All of them.</summary>
    public static int[] All(LinearTransformerShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return [.. Enumerable.Range(0, shape.ParameterCount)];
    }

    /// <summary>
    /// Those that the loss depends on: all but P̂ of the last layer, which moves nothing that is read afterwards. For
    /// the usual model (3 layers, d = 5) 125 of 150; the dead 25 have zero gradient and zero curvature.
    /// </summary>
    public static int[] Live(LinearTransformerShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int lastLayer = shape.OffsetOfP(shape.Layers - 1, 0);
        return [.. Enumerable.Range(0, shape.ParameterCount).Where(i => i < lastLayer || i / shape.MatrixSize % 2 == 1)];
    }

    /// <summary>
    /// Those that the loss of the nonlinear-regression model depends on: all but the rows of the last layer's P that write into
    /// covariates, of which nothing is read afterwards.
    /// </summary>
    public static int[] Live(NonlinearRegressionShape shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        int top = shape.OffsetOfP(shape.Layers - 1, 0);
        return [.. Enumerable.Range(0, shape.ParameterCount).Where(i =>
            i < top || i >= shape.AttentionCount || (i - top) % (2 * shape.MatrixSize) >= shape.Dimension * (shape.Dimension + 1))];
    }

    /// <summary>P̂ and Q̂ of all heads of a layer.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="layer">From 0.</param>
    public static int[] OfLayer(LinearTransformerShape shape, int layer)
    {
        Check(shape, layer, 0);
        return [.. Enumerable.Range(shape.OffsetOfP(layer, 0), shape.Heads * 2 * shape.MatrixSize)];
    }

    /// <summary>P̂ of a layer and head.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="layer">From 0.</param>
    /// <param name="head">From 0.</param>
    public static int[] OfP(LinearTransformerShape shape, int layer, int head = 0)
    {
        Check(shape, layer, head);
        return [.. Enumerable.Range(shape.OffsetOfP(layer, head), shape.MatrixSize)];
    }

    /// <summary>Q̂ of a layer and head.</summary>
    /// <param name="shape">The model's sizes.</param>
    /// <param name="layer">From 0.</param>
    /// <param name="head">From 0.</param>
    public static int[] OfQ(LinearTransformerShape shape, int layer, int head = 0)
    {
        Check(shape, layer, head);
        return [.. Enumerable.Range(shape.OffsetOfQ(layer, head), shape.MatrixSize)];
    }

    private static void Check(LinearTransformerShape shape, int layer, int head)
    {
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentOutOfRangeException.ThrowIfNegative(layer);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(layer, shape.Layers);
        ArgumentOutOfRangeException.ThrowIfNegative(head);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(head, shape.Heads);
    }
}
