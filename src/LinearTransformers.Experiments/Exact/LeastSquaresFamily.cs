using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>Least squares: <see cref="LeastSquaresFloor"/>. With as many examples as dimensions Σ and Ψ make no difference to it.</summary>
internal sealed class LeastSquaresFamily : ExactFamily
{
    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of.IsNormal && (of.Scale is not null || of.N >= of.D);

    /// <inheritdoc/>
    public override bool IsOfModels => false;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of) => of.IsPublished ? "Least squares" : null;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        double c = of.Scale ?? 1;
        yield return new(
            "least-squares", null, c * LeastSquaresFloor.Loss(of.N, of.D, of.NoiseVariance / c), null,
            of.NoiseVariance == 0 ? "least squares, no noise" : "least squares");
    }
}
