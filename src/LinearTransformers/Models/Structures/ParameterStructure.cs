using System.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>
/// How a head's two matrices, P and then Q, are made of parameters: a smooth map E. Gradients and Hessians of the loss f of the parameters
/// θ follow from those of the loss F of the matrices:
/// <code>
/// f(θ) = F(E(θ))    ∇f = E'(θ)ᵀ ∇F    ∇²f v = E'(θ)ᵀ ∇²F E'(θ) v + (d/dε E'(θ + ε v))ᵀ ∇F
/// </code>
/// What is not said otherwise is that of a linear map, of which every entry is a parameter.
/// </summary>
public abstract record ParameterStructure : Part
{
    private const string PAndQ = "allparam";

    /// <summary>The structures by name.</summary>
    public static Catalog<ParameterStructure> Catalog { get; } = new Catalog<ParameterStructure>("structure of parameters")
        .Add<SparseStructure>()
        .Add<FullStructure>()
        .Add<DiagonalStructure>()
        .Add<IdentityStructure>()
        .Add<IsotropicStructure>()
        .Add<SeparateStructure>();

    /// <summary>Whether matrices see labels: they are (d+1) × (d+1) then, and d × d otherwise.</summary>
    public virtual bool IsFull => false;

    /// <summary>Whether matrices are zero beside their diagonals: attention that is linear is computed for less then.</summary>
    public virtual bool IsDiagonal => false;

    /// <summary>
    /// The arrays of a head's parameters, under their names in histories. In a model's each has axes for layers and heads before its own.
    /// Where P and Q have parameters of the same kind these are one array, <c>allparam</c>, with an axis for P and Q.
    /// </summary>
    public abstract IReadOnlyList<ParameterArray> ArraysOfHead(int dimension);

    /// <summary>How many of a head's parameters, the first ones, P̂ is made of and nothing else; 0 where there are no such.</summary>
    public abstract int CountOfP(int dimension);

    /// <summary>
    /// For each array of a head the entries of a matrix in it, or of what stands for one, which gradients are clipped by: half of
    /// <c>allparam</c>, where P and Q are, and all of any other array.
    /// </summary>
    public virtual IReadOnlyList<int> MatrixSizes(int dimension)
        => [.. ArraysOfHead(dimension).Select(array => array.Name == PAndQ ? array.Count / 2 : array.Count)];

    /// <summary>How many parameters a head has; a double, so that too many do not overflow.</summary>
    public double CountOfHead(int dimension)
        => ArraysOfHead(dimension).Sum(array => array.Sizes.Aggregate(1.0, (product, size) => product * size));

    /// <summary>E(θ): the matrices of a head, row by row.</summary>
    /// <param name="parameters">Its parameters θ, array after array.</param>
    /// <param name="matrices">P, then Q; all zeros.</param>
    /// <param name="dimension">d.</param>
    public virtual void Expand<T>(ReadOnlySpan<T> parameters, Span<T> matrices, int dimension)
        where T : unmanaged, INumberBase<T>
        => parameters.CopyTo(matrices);

    /// <summary>E'(θ) v: how the matrices change along a direction.</summary>
    /// <param name="parameters">θ.</param>
    /// <param name="direction">v.</param>
    /// <param name="matrices">P's change, then Q's; all zeros.</param>
    /// <param name="dimension">d.</param>
    public virtual void ExpandAlong<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> matrices, int dimension)
        where T : unmanaged, INumberBase<T>
        => Expand(direction, matrices, dimension);

    /// <summary>
    /// E'(θ)ᵀ, the transpose of <see cref="ExpandAlong"/>: adds to the gradient of the parameters what that of the matrices gives.
    /// </summary>
    /// <param name="parameters">θ.</param>
    /// <param name="matrices">The gradient with respect to P, then Q.</param>
    /// <param name="gradient">That with respect to the parameters.</param>
    /// <param name="dimension">d.</param>
    public virtual void Collapse<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> matrices, Span<T> gradient, int dimension)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] += matrices[i];
        }
    }

    /// <summary>
    /// (d/dε E'(θ + ε v))ᵀ at ε = 0: adds to the change of the parameters' gradient along a direction what comes of the map's own change.
    /// </summary>
    /// <param name="parameters">θ.</param>
    /// <param name="direction">v.</param>
    /// <param name="matrices">The gradient with respect to P, then Q.</param>
    /// <param name="change">The change of the gradient with respect to the parameters.</param>
    /// <param name="dimension">d.</param>
    public virtual void CollapseAlong<T>(
        ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, ReadOnlySpan<T> matrices, Span<T> change, int dimension)
        where T : unmanaged, INumberBase<T>
    {
    }
}
