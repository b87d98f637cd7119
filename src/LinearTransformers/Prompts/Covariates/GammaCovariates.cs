using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariates;

/// <summary>
/// Covariates of uniform direction whose squared length is Gamma(k, √(10/k)) distributed. The smaller the shape k, the heavier the tails;
/// at k = 5/2 and d = 5 they are standard normal.
/// </summary>
[Part("gamma", "of uniform direction, squared lengths Gamma(k, √(10/k)) distributed")]
public sealed record GammaCovariates : CovariateLaw
{
    /// <summary>The shape k &gt; 0.</summary>
    [Setting("shape-k", Position = 1, Value = "k", Above = 0, Help = "shape of gamma covariates; the smaller, the heavier the tails")]
    public double ShapeK { get; init; } = 0.1;

    /// <inheritdoc/>
    public override bool HasLightTails => false;

    /// <inheritdoc/>
    public override int FactorCount => 1;

    /// <inheritdoc/>
    public override void DrawFactors(IDraws draws, Span<float> factors)
    {
        ArgumentNullException.ThrowIfNull(draws);
        draws.FillGamma(factors, ShapeK, Math.Sqrt(10 / ShapeK));
        Lengths.SquareRoots(factors);
    }

    /// <inheritdoc/>
    public override void Shape(Span<float> vector, ReadOnlySpan<float> factors) => ShapeAll(vector, factors, vector.Length);

    /// <inheritdoc/>
    internal override void ShapeAll(Span<float> vectors, ReadOnlySpan<float> factors, int dimension)
        => Lengths.Set(vectors, factors, dimension);
}
