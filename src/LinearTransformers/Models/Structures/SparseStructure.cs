using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>All of P̂ and Q̂, d × d, where P = diag(P̂, 1) and Q = diag(Q̂, 0): the published one.</summary>
[Part("sparse", "P and Q of covariates alone, as published")]
public sealed record SparseStructure : ParameterStructure
{
    /// <inheritdoc/>
    public override IReadOnlyList<ParameterArray> ArraysOfHead(int dimension) => [new("allparam", [2, dimension, dimension])];

    /// <inheritdoc/>
    public override int CountOfP(int dimension) => dimension * dimension;
}
