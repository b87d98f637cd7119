using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>
/// A multiple of the identity for covariates and a number for labels in each matrix, P = diag(b I, c) and Q = diag(a I, e): a layer may
/// weigh examples by their labels too. Parameters are b and c, then a and e. GD++ has c = 1 and e = 0.
/// </summary>
/// <remarks>
/// The diagonal model of Vladymyrov, von Oswald, Sandler and Ge, <i>Linear transformers are versatile in-context learners</i>, 2024.
/// </remarks>
[Part("isotropic", "a multiple of the identity for covariates and a number for labels each")]
public sealed record IsotropicStructure : ParameterStructure
{
    /// <inheritdoc/>
    public override bool IsFull => true;

    /// <inheritdoc/>
    public override bool IsDiagonal => true;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterArray> ArraysOfHead(int dimension) => [new("allparam", [2, 2])];

    /// <inheritdoc/>
    public override int CountOfP(int dimension) => 1;

    /// <inheritdoc/>
    public override void Expand<T>(ReadOnlySpan<T> parameters, Span<T> matrices, int dimension)
    {
        for (int i = 0; i < 2 * (dimension + 1); i++)
        {
            matrices[DiagonalStructure.PlaceOf(i, dimension + 1)] = parameters[ParameterOf(i, dimension)];
        }
    }

    /// <inheritdoc/>
    public override void Collapse<T>(ReadOnlySpan<T> parameters, ReadOnlySpan<T> matrices, Span<T> gradient, int dimension)
    {
        for (int i = 0; i < 2 * (dimension + 1); i++)
        {
            gradient[ParameterOf(i, dimension)] += matrices[DiagonalStructure.PlaceOf(i, dimension + 1)];
        }
    }

    /// <summary>Which parameter an entry of the diagonals of P and Q is, one behind the other.</summary>
    private static int ParameterOf(int entry, int d) => (2 * (entry / (d + 1))) + (entry % (d + 1) == d ? 1 : 0);
}
