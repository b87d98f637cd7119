using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>Multiples of the identity, P̂ = b I and Q̂ = a I: the layers of GD++ (von Oswald et al., 2023).</summary>
[Part("gd++", "a multiple of the identity each")]
public sealed record IdentityStructure : ParameterStructure
{
    /// <inheritdoc/>
    public override bool IsDiagonal => true;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterArray> ArraysOfHead(int dimension) => [new("allparam", [2])];

    /// <inheritdoc/>
    public override int CountOfP(int dimension) => 1;

    /// <inheritdoc/>
    public override void Expand<T>(ReadOnlySpan<T> parameters, Span<T> matrices, int dimension)
    {
        for (int i = 0; i < 2 * dimension; i++)
        {
            matrices[DiagonalStructure.PlaceOf(i, dimension)] = parameters[i / dimension];
        }
    }

    /// <inheritdoc/>
    public override void Collapse<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> matrices, Span<T> gradient, int dimension)
    {
        for (int i = 0; i < 2 * dimension; i++)
        {
            gradient[i / dimension] += matrices[DiagonalStructure.PlaceOf(i, dimension)];
        }
    }
}
