using LinearTransformers.Numerics;
using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>One linear layer, whatever Σ, Ψ and the noise are: <see cref="GeneralOneLayer"/>.</summary>
public sealed class OneLayerFamily : ExactFamily
{
    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of.IsNormal && of.Activation.IsLinear;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of)
        => of.Settings.Layers > 1 ? null : of.IsPublished ? "Theorem 1" : "Best linear layer";

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        GeneralOneLayerOptimum optimum = GeneralOneLayer.Optimum(of.N, of.Covariance, of.TaskCovariance, of.NoiseVariance);
        bool isDiagonal = true;
        foreach ((int i, int j) in Enumerable.Range(0, of.D * of.D).Select(place => (place / of.D, place % of.D)))
        {
            isDiagonal &= i == j || optimum.Query[i, j] == 0;
        }

        double[] values = isDiagonal
            ? [.. Enumerable.Range(0, of.D).Select(i => optimum.Query[i, i])]
            : SymmetricEigenvalues.Of(optimum.Query);
        yield return new("one-layer", 1, optimum.Loss, values, "one linear layer: eigenvalues of Q");
    }
}
