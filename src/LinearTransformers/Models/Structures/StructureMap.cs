using System.Numerics;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>The linear map from a model's parameters to the matrices of all its layers.</summary>
/// <param name="structure">Which entries of a head are parameters.</param>
/// <param name="sizes">The model's sizes.</param>
/// <param name="isTied">Whether all layers have the same.</param>
internal sealed class StructureMap<T>(ParameterStructure structure, ModelSizes sizes, bool isTied)
    where T : unmanaged, INumberBase<T>
{
    private readonly int _parametersOfHead = (int)structure.CountOfHead(sizes.Dimension);
    private readonly int _entriesOfHead =
        2 * (structure.IsFull ? (sizes.Dimension + 1) * (sizes.Dimension + 1) : sizes.Dimension * sizes.Dimension);

    /// <summary>Entries of all matrices.</summary>
    public int MatrixCount => sizes.Layers * sizes.Heads * _entriesOfHead;

    /// <summary>The matrices.</summary>
    public void Expand(ReadOnlySpan<T> parameters, Span<T> matrices)
    {
        matrices.Clear();
        for (int i = 0; i < sizes.Layers * sizes.Heads; i++)
        {
            structure.Expand(parameters.Slice(OffsetOf(i), _parametersOfHead), matrices.Slice(i * _entriesOfHead, _entriesOfHead),
                sizes.Dimension);
        }
    }

    /// <summary>The transpose: from the gradient of the matrices to that of the parameters. Layers add up in their order.</summary>
    public void Collapse(ReadOnlySpan<T> matrices, Span<T> parameters)
    {
        parameters.Clear();
        for (int i = 0; i < sizes.Layers * sizes.Heads; i++)
        {
            structure.Collapse(matrices.Slice(i * _entriesOfHead, _entriesOfHead), parameters.Slice(OffsetOf(i), _parametersOfHead),
                sizes.Dimension);
        }
    }

    private int OffsetOf(int head) => (isTied ? head % sizes.Heads : head) * _parametersOfHead;
}
