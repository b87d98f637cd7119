using LinearTransformers.Settings;
using LinearTransformers.Shapes;

namespace LinearTransformers.Models.Structures;

/// <summary>
/// All of P and Q, (d+1) × (d+1), which see labels as well as covariates (paper [1], equation 3). The sparse structure is the one with
/// P = diag(P̂, 1) and Q = diag(Q̂, 0).
/// </summary>
[Part("full", "P and Q of covariates and labels")]
public sealed record FullStructure : ParameterStructure
{
    /// <inheritdoc/>
    public override bool IsFull => true;

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterArray> ArraysOfHead(int dimension) => [new("allparam", [2, dimension + 1, dimension + 1])];

    /// <inheritdoc/>
    public override int CountOfP(int dimension) => 0;
}
