using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>The diagonals of P̂ and Q̂, with zeros beside them.</summary>
[Part("diagonal", "the diagonals of the sparse ones")]
public sealed record DiagonalStructure : ParameterStructure
{
    /// <inheritdoc/>
    public override bool IsDiagonal => true;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterArray> ArraysOfHead(int dimension) => [new("allparam", [2, dimension])];

    /// <inheritdoc/>
    public override int CountOfP(int dimension) => dimension;

    /// <inheritdoc/>
    public override void Expand<T>(ReadOnlySpan<T> parameters, Span<T> matrices, int dimension)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            matrices[PlaceOf(i, dimension)] = parameters[i];
        }
    }

    /// <inheritdoc/>
    public override void Collapse<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> matrices, Span<T> gradient, int dimension)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            gradient[i] += matrices[PlaceOf(i, dimension)];
        }
    }

    /// <summary>Where an entry of the diagonals of P and Q, one behind the other, is among those of the matrices.</summary>
    internal static int PlaceOf(int parameter, int d) => ((parameter / d) * d * d) + ((parameter % d) * (d + 1));
}
