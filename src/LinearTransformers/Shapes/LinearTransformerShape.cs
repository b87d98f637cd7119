using LinearTransformers.Random;

namespace LinearTransformers.Shapes;

/// <summary>
/// The sizes of a linear transformer. Its parameters are those of the published code's <c>allparam</c>: an array
/// [layers, heads, 2, d, d], row-major, with P̂ at index 0 and Q̂ at index 1 of the third axis. Each head adds
/// (1/N)·(Z Q Zᵀ) M Z Pᵀ to the prompt Z, with P = diag(P̂, 1), Q = diag(Q̂, 0), M = diag(1, …, 1, 0).
/// In paper [1] P̂ is the matrix B and Q̂ the transpose of A.
/// </summary>
public sealed record LinearTransformerShape
{
    /// <summary>A shape from its sizes.</summary>
    /// <param name="layers">Layers, at least 1.</param>
    /// <param name="heads">Heads a layer, at least 1.</param>
    /// <param name="dimension">Dimension d of the covariates, at least 1.</param>
    public LinearTransformerShape(int layers, int heads, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        (Layers, Heads, Dimension) = (layers, heads, dimension);
        ParameterCount = checked(layers * heads * 2 * dimension * dimension);
    }

    /// <summary>Layers.</summary>
    public int Layers { get; }

    /// <summary>Heads a layer.</summary>
    public int Heads { get; }

    /// <summary>Dimension d of the covariates.</summary>
    public int Dimension { get; }

    /// <summary>All parameters: layers·heads·2·d².</summary>
    public int ParameterCount { get; }

    /// <summary>Entries of one matrix: d².</summary>
    public int MatrixSize => Dimension * Dimension;

    /// <summary>Matrices in all: layers·heads·2.</summary>
    public int MatrixCount => Layers * Heads * 2;

    /// <summary>The parameters as one array, <c>allparam</c>.</summary>
    public ParameterLayout Layout => new(new ParameterArray("allparam", [Layers, Heads, 2, Dimension, Dimension]));

    /// <summary>
    /// Initial parameters: independent normals with mean 0, drawn as one tensor. The published code calls their
    /// standard deviation <c>var</c>.
    /// </summary>
    public float[] Initialize(IStream stream, float deviation)
    {
        ArgumentNullException.ThrowIfNull(stream);
        float[] parameters = new float[ParameterCount];
        stream.FillNormal(parameters, 0, deviation);
        return parameters;
    }

    /// <summary>Where P̂ of a layer and head begins; Q̂ follows it.</summary>
    public int OffsetOfP(int layer, int head) => ((layer * Heads) + head) * 2 * MatrixSize;

    /// <summary>Where Q̂ of a layer and head begins.</summary>
    public int OffsetOfQ(int layer, int head) => OffsetOfP(layer, head) + MatrixSize;
}
