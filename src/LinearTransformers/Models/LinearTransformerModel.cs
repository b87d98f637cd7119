using System.Numerics;
using LinearTransformers.Activations;
using LinearTransformers.Kernels;
using LinearTransformers.Models.Structures;
using LinearTransformers.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models;

/// <summary>
/// The linear transformer, or with an activation the transformer with the same parameters: <see cref="LinearTransformerShape"/> says what a
/// layer does. Which of its matrices' entries are parameters, its structure says; tied, all layers have the same.
/// </summary>
[Part("linear-transformer", "layers of attention on the prompts as they are")]
public sealed record LinearTransformerModel : Model
{
    /// <summary>What layers make of their scores: nothing, if attention is to be linear.</summary>
    [Setting(
        "activation",
        Help = "of attention's scores; softmax is taken over context and query, as published, softmax-masked over the context, both "
            + "then divided by "
            + "N; softmax-standard over the context and not divided, so that weights add up to one; scores are never divided by the "
                + "root of d")]
    public Activation Activation { get; init; } = new LinearAttention();

    /// <summary>Which entries of a layer's matrices are parameters.</summary>
    [Setting(
        "parameters",
        Help = "which entries of the matrices are trained; sparse: P and Q of covariates, d × d, as published; full: of covariates and "
            + "labels, (d+1) × (d+1); diagonal: the diagonals of the sparse ones; gd++: a multiple of the identity each; isotropic: that "
            + "and a number for labels each, P = diag(b I, c) and Q = diag(a I, e); separate:r: P as sparse, Q the product of a query and "
            + "a key matrix, r × d")]
    public ParameterStructure Parameters { get; init; } = new SparseStructure();

    /// <summary>Whether all layers have the same parameters.</summary>
    [Setting("tied", Help = "whether all layers have the same parameters, a looped transformer")]
    public bool IsTied { get; init; }

    /// <summary>Whether the corner of P, the factor of a head on labels, is a parameter beside the others; it is 1 otherwise.</summary>
    [Setting(
        "trained-corner",
        Help = "whether the corner of P, the factor of each head on labels, is trained too; otherwise it is 1")]
    public bool HasTrainedCorner { get; init; }

    /// <summary>Whether matrices have a row and a column for labels: they are (d+1) × (d+1) then, and d × d otherwise.</summary>
    public bool IsFull => Structure.IsFull;

    /// <inheritdoc/>
    public override bool HasP => Structure.CountOfP(1) > 0;

    private ParameterStructure Structure => HasTrainedCorner ? new CornerStructure(Parameters) : Parameters;

    private bool IsPublished => Parameters is SparseStructure && !IsTied && !HasTrainedCorner;

    /// <inheritdoc/>
    public override double ParameterCount(ModelSizes sizes)
        => (double)(IsTied ? 1 : sizes.Layers) * sizes.Heads * Structure.CountOfHead(sizes.Dimension);

    /// <inheritdoc/>
    public override ParameterLayout Layout(ModelSizes sizes)
        => new([.. Structure.ArraysOfHead(sizes.Dimension)
            .Select(array => array with { Sizes = [IsTied ? 1 : sizes.Layers, sizes.Heads, .. array.Sizes] })]);

    /// <inheritdoc/>
    public override IReadOnlyList<int> MatrixSizes(ModelSizes sizes) => Structure.MatrixSizes(sizes.Dimension);

    /// <inheritdoc/>
    public override BatchLoss<T> NewLoss<T>(ModelSizes sizes, WorkerTeam? team = null)
    {
        LinearTransformerShape shape = new(sizes.Layers, sizes.Heads, sizes.Dimension);
        ParameterStructure structure = Structure;
        BatchLoss<T> whole = structure is { IsFull: true, IsDiagonal: true } ? BatchLoss<T>.OfDiagonals(FullShape(sizes), team)
            : structure.IsFull ? BatchLoss<T>.Of(FullShape(sizes), team)
            : structure.IsDiagonal && Activation.IsLinear ? BatchLoss<T>.OfDiagonals(shape, team)
            : BatchLoss<T>.Of(shape, Activation, team);
        return IsPublished ? whole : new StructuredLoss<T>(whole, Layout(sizes), structure, sizes, IsTied, team);
    }

    /// <inheritdoc/>
    public override void ZeroP<T>(ModelSizes sizes, Span<T> parameters)
        => new StructureMap<T>(Structure, sizes, IsTied).ZeroP(parameters);

    /// <summary>
    /// The matrices of all layers as they act, whatever of them is trained: those of a <see cref="LinearTransformerShape"/>, or of
    /// <see cref="FullShape"/> where they have a row for labels.
    /// </summary>
    public T[] Matrices<T>(ModelSizes sizes, ReadOnlySpan<T> parameters)
        where T : unmanaged, INumberBase<T>
    {
        if (IsPublished)
        {
            return parameters.ToArray();
        }

        StructureMap<T> map = new(Structure, sizes, IsTied);
        T[] matrices = new T[map.MatrixCount];
        map.Expand(parameters, matrices);
        return matrices;
    }

    /// <inheritdoc/>
    protected override double[][] TransformTokens(ModelSizes sizes, double[] parameters, double[] z)
    {
        int d = sizes.Dimension;
        double[] matrices = Matrices<double>(sizes, parameters);
        int count = matrices.Length / (2 * sizes.Layers * sizes.Heads);
        return TokenLayers.Apply(z, d + 1, Activation, Enumerable.Range(0, sizes.Layers).Select(layer => Enumerable.Range(0, sizes.Heads)
            .Select(head =>
            {
                Span<double> p = matrices.AsSpan(2 * count * ((layer * sizes.Heads) + head), count);
                Span<double> q = matrices.AsSpan((2 * count * ((layer * sizes.Heads) + head)) + count, count);
                return IsFull
                    ? (p.ToArray(), q.ToArray())
                    : (TokenLayers.WithLabel(p, d, 1), TokenLayers.WithLabel(q, d, 0));
            }).ToArray()));
    }

    /// <summary>The shape of full matrices, (d+1) × (d+1): that of nonlinear regression without its network.</summary>
    internal static NonlinearRegressionShape FullShape(ModelSizes sizes)
        => NonlinearRegressionShape.WithoutNetwork(sizes.Layers, sizes.Heads, sizes.Dimension);
}
