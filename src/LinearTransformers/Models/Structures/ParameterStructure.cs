using System.Numerics;
using LinearTransformers.Settings;

namespace LinearTransformers.Models.Structures;

/// <summary>
/// Which entries of a head's two matrices, P and then Q, are parameters. The matrices are linear in these, so gradients and Hessians follow
/// from those of the matrices.
/// </summary>
public abstract record ParameterStructure : Part
{
    /// <summary>The structures by name.</summary>
    public static Catalog<ParameterStructure> Catalog { get; } = new Catalog<ParameterStructure>("structure of parameters")
        .Add<SparseStructure>()
        .Add<FullStructure>()
        .Add<DiagonalStructure>()
        .Add<IdentityStructure>();

    /// <summary>Whether matrices see labels: they are (d+1) × (d+1) then, and d × d otherwise.</summary>
    public virtual bool IsFull => false;

    /// <summary>The sizes of a head's parameters.</summary>
    public abstract IReadOnlyList<int> SizesOfHead(int dimension);

    /// <summary>How many those are; a double, so that too many do not overflow.</summary>
    public double CountOfHead(int dimension) => SizesOfHead(dimension).Aggregate(1.0, (product, size) => product * size);

    /// <summary>The matrices of a head, row by row; here every entry is a parameter.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="matrices">P, then Q; all zeros.</param>
    /// <param name="dimension">d.</param>
    public virtual void Expand<T>(ReadOnlySpan<T> parameters, Span<T> matrices, int dimension)
        where T : unmanaged, INumberBase<T>
        => parameters.CopyTo(matrices);

    /// <summary>The transpose of <see cref="Expand"/>: adds the gradient of the matrices to that of the parameters.</summary>
    /// <param name="matrices">With respect to P, then Q.</param>
    /// <param name="parameters">With respect to the parameters.</param>
    /// <param name="dimension">d.</param>
    public virtual void Collapse<T>(ReadOnlySpan<T> matrices, Span<T> parameters, int dimension)
        where T : unmanaged, INumberBase<T>
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            parameters[i] += matrices[i];
        }
    }
}
