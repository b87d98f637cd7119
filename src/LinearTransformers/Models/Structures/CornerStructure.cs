using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>
/// A structure of covariates alone, and the corner of P beside it: P = diag(P̂, c) and Q = diag(Q̂, 0), where others have c = 1. It is the
/// factor of a head on labels, the value of Zhang, Singh, Latham and Saxe, <i>Training dynamics of in-context learning in linear
/// attention</i>, 2025. Behind the parameters of P̂ and Q̂ stands c, the array <c>corner</c>.
/// </summary>
/// <remarks>Chosen by <see cref="LinearTransformerModel.HasTrainedCorner"/>, not by name.</remarks>
[Part("corner", "another structure and the corner of P")]
internal sealed record CornerStructure(ParameterStructure Hats) : ParameterStructure
{
    /// <inheritdoc/>
    public override bool IsFull => true;

    /// <inheritdoc/>
    public override bool IsDiagonal => Hats.IsDiagonal;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterArray> ArraysOfHead(int dimension) => [.. Hats.ArraysOfHead(dimension), new("corner", [])];

    /// <inheritdoc/>
    public override int CountOfP(int dimension) => Hats.CountOfP(dimension);

    /// <inheritdoc/>
    public override void Expand<T>(ReadOnlySpan<T> parameters, Span<T> matrices, int dimension)
    {
        Hats.Expand(parameters[..^1], Small(matrices, dimension), dimension);
        Widen(matrices, parameters[^1], dimension);
    }

    /// <inheritdoc/>
    public override void ExpandAlong<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, Span<T> matrices, int dimension)
    {
        Hats.ExpandAlong(parameters[..^1], direction[..^1], Small(matrices, dimension), dimension);
        Widen(matrices, direction[^1], dimension);
    }

    /// <inheritdoc/>
    public override void Collapse<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> matrices, Span<T> gradient, int dimension)
    {
        Hats.Collapse(parameters[..^1], Narrow(matrices, dimension), gradient[..^1], dimension);
        gradient[^1] += matrices[Corner(dimension)];
    }

    /// <inheritdoc/>
    public override void CollapseAlong<T>(
        ReadOnlySpan<T> parameters, ReadOnlySpan<T> direction, ReadOnlySpan<T> matrices, Span<T> change, int dimension)
        => Hats.CollapseAlong(parameters[..^1], direction[..^1], Narrow(matrices, dimension), change[..^1], dimension);

    /// <summary>The last entry of P.</summary>
    private static int Corner(int d) => ((d + 1) * (d + 1)) - 1;

    /// <summary>Where an entry of P̂ and Q̂, one behind the other, is among those of P and Q.</summary>
    private static int PlaceOf(int entry, int d)
    {
        (int matrix, int within) = (entry / (d * d), entry % (d * d));
        return (matrix * (d + 1) * (d + 1)) + (within / d * (d + 1)) + (within % d);
    }

    private static Span<T> Small<T>(Span<T> matrices, int d) => matrices[..(2 * d * d)];

    /// <summary>P and Q of P̂ and Q̂, which stand at the beginning of their place.</summary>
    private static void Widen<T>(Span<T> matrices, T corner, int d)
        where T : unmanaged
    {
        for (int i = (2 * d * d) - 1; i >= 0; i--)
        {
            // No entry moves to the front, so the last ones make room.
            T entry = matrices[i];
            matrices[i] = default;
            matrices[PlaceOf(i, d)] = entry;
        }

        matrices[Corner(d)] = corner;
    }

    /// <summary>The entries of P̂ and Q̂.</summary>
    private static T[] Narrow<T>(ReadOnlySpan<T> matrices, int d)
        where T : unmanaged
    {
        T[] hats = new T[2 * d * d];
        for (int i = 0; i < hats.Length; i++)
        {
            hats[i] = matrices[PlaceOf(i, d)];
        }

        return hats;
    }
}
