using LinearTransformers.Settings;

namespace LinearTransformers.Models.Structures;

/// <summary>Multiples of the identity, P̂ = b I and Q̂ = a I: the layers of GD++ (von Oswald et al., 2023).</summary>
[Part("gd++", "a multiple of the identity each")]
public sealed record IdentityStructure : ParameterStructure
{
    /// <inheritdoc/>
    public override IReadOnlyList<int> SizesOfHead(int dimension) => [2];

    /// <inheritdoc/>
    public override void Expand<T>(ReadOnlySpan<T> parameters, Span<T> matrices, int dimension)
    {
        for (int i = 0; i < 2 * dimension; i++)
        {
            matrices[DiagonalStructure.PlaceOf(i, dimension)] = parameters[i / dimension];
        }
    }

    /// <inheritdoc/>
    public override void Collapse<T>(ReadOnlySpan<T> matrices, Span<T> parameters, int dimension)
    {
        for (int i = 0; i < 2 * dimension; i++)
        {
            parameters[i / dimension] += matrices[DiagonalStructure.PlaceOf(i, dimension)];
        }
    }
}
