using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class NormalQuantileTests
{
    // Tabulated to more digits than a double holds: Φ⁻¹ in every one of the three ranges.
    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.75, 0.67448975019608174)]
    [InlineData(0.9, 1.2815515655446004)]
    [InlineData(0.95, 1.6448536269514729)]
    [InlineData(0.975, 1.9599639845400545)]
    [InlineData(0.99, 2.3263478740408408)]
    [InlineData(0.999, 3.0902323061678132)]
    [InlineData(1e-5, -4.2648907939228247)]
    [InlineData(1e-10, -6.3613409024040562)]
    [InlineData(1e-20, -9.262340089798408)]
    public void Quantiles_are_those_of_the_tables(double p, double quantile)
        => Assert.Equal(quantile, NormalQuantile.Of(p), 4e-15 * Math.Max(1, Math.Abs(quantile)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void Only_probabilities_have_quantiles(double p)
        => Assert.Throws<ArgumentOutOfRangeException>(() => NormalQuantile.Of(p));
}
