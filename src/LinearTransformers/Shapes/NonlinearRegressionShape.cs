using LinearTransformers.Random;

namespace LinearTransformers.Shapes;

/// <summary>
/// The sizes of the nonlinear-regression model of paper [2]: a network d → hidden → d with one ReLU layer on every covariate, then
/// linear attention with full (d+1) × (d+1) matrices P and Q, which see the label as well.
/// Parameters lie one after another as <c>allparam</c> [layers, heads, 2, d+1, d+1] (P, then Q), then the network's
/// first weights [hidden, d] and biases [hidden], then its second weights [d, hidden] and biases [d].
/// </summary>
public sealed record NonlinearRegressionShape
{
    /// <summary>A shape from its sizes, all at least 1.</summary>
    /// <param name="layers">Attention layers.</param>
    /// <param name="heads">Heads a layer.</param>
    /// <param name="dimension">Dimension d of the covariates.</param>
    /// <param name="hidden">Hidden units of the network.</param>
    public NonlinearRegressionShape(int layers, int heads, int dimension, int hidden)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        (Layers, Heads, Dimension, Hidden) = (layers, heads, dimension, hidden);
        ParameterCount = checked(AttentionCount + (2 * hidden * dimension) + hidden + dimension);
    }

    private NonlinearRegressionShape(int layers, int heads, int dimension)
    {
        (Layers, Heads, Dimension) = (layers, heads, dimension);
        ParameterCount = AttentionCount;
    }

    /// <summary>The attention layers alone, which see covariates as they are: the linear transformer with full matrices.</summary>
    /// <param name="layers">Attention layers.</param>
    /// <param name="heads">Heads a layer.</param>
    /// <param name="dimension">Dimension d of the covariates.</param>
    public static NonlinearRegressionShape WithoutNetwork(int layers, int heads, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        return new(layers, heads, dimension);
    }

    /// <summary>Attention layers.</summary>
    public int Layers { get; }

    /// <summary>Heads a layer.</summary>
    public int Heads { get; }

    /// <summary>Dimension d of the covariates.</summary>
    public int Dimension { get; }

    /// <summary>Hidden units of the network; 0 where there is none.</summary>
    public int Hidden { get; }

    /// <summary>All parameters.</summary>
    public int ParameterCount { get; }

    /// <summary>Those of the attention layers, which come first.</summary>
    public int AttentionCount => checked(Layers * Heads * 2 * MatrixSize);

    /// <summary>Entries of one matrix: (d+1)².</summary>
    public int MatrixSize => (Dimension + 1) * (Dimension + 1);

    /// <summary>The parameters as arrays: <c>allparam</c>, and the network's under their names in PyTorch.</summary>
    public ParameterLayout Layout
    {
        get
        {
            ParameterArray matrices = new("allparam", [Layers, Heads, 2, Dimension + 1, Dimension + 1]);
            return Hidden == 0
                ? new(matrices)
                : new(
                    matrices,
                    new ParameterArray("mlp.0.weight", [Hidden, Dimension]),
                    new ParameterArray("mlp.0.bias", [Hidden]),
                    new ParameterArray("mlp.2.weight", [Dimension, Hidden]),
                    new ParameterArray("mlp.2.bias", [Dimension]));
        }
    }

    /// <summary>Where the network's first weights begin, [hidden, d].</summary>
    public int OffsetOfFirstWeights => AttentionCount;

    /// <summary>Where its first biases begin.</summary>
    public int OffsetOfFirstBiases => OffsetOfFirstWeights + (Hidden * Dimension);

    /// <summary>Where its second weights begin, [d, hidden].</summary>
    public int OffsetOfSecondWeights => OffsetOfFirstBiases + Hidden;

    /// <summary>Where its second biases begin.</summary>
    public int OffsetOfSecondBiases => OffsetOfSecondWeights + (Dimension * Hidden);

    /// <summary>
    /// Initial parameters as the published code draws them: the matrices as one tensor of normals, then both layers of the network
    /// as PyTorch initialises linear layers, uniform up to 1/√inputs.
    /// </summary>
    /// <param name="stream">Where they are drawn from.</param>
    /// <param name="deviation">The standard deviation of the matrices' entries, which the published code calls <c>var</c>.</param>
    public float[] Initialize(IStream stream, float deviation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        float[] parameters = new float[ParameterCount];
        stream.FillNormal(parameters.AsSpan(0, AttentionCount), 0, deviation);
        if (Hidden == 0)
        {
            return parameters;
        }

        stream.FillLinearLayer(
            parameters.AsSpan(OffsetOfFirstWeights, Hidden * Dimension),
            parameters.AsSpan(OffsetOfFirstBiases, Hidden),
            Dimension);
        stream.FillLinearLayer(
            parameters.AsSpan(OffsetOfSecondWeights, Dimension * Hidden),
            parameters.AsSpan(OffsetOfSecondBiases, Dimension),
            Hidden);
        return parameters;
    }

    /// <summary>Where P of a layer and head begins; Q follows it.</summary>
    public int OffsetOfP(int layer, int head) => ((layer * Heads) + head) * 2 * MatrixSize;

    /// <summary>Where Q of a layer and head begins.</summary>
    public int OffsetOfQ(int layer, int head) => OffsetOfP(layer, head) + MatrixSize;
}
