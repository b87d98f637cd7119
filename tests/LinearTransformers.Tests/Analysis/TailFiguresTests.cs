using LinearTransformers.Analysis;
using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Analysis;

public class TailFiguresTests
{
    private const int Samples = 20_000;

    /// <summary>Quantiles at (i − ½)/n of a distribution: a sample without chance, whose figures are near the exact ones.</summary>
    private static double[] Quantiles(Func<double, double> quantile, int n = Samples)
        => [.. Enumerable.Range(0, n).Select(i => quantile((i + 0.5) / n))];

    [Fact]
    public void Normal_quantiles_are_straight_and_have_no_excess()
    {
        TailFigures figures = TailFigures.Of(Quantiles(NormalQuantile.Of));
        Assert.Equal(0, figures.Mean.Value, 1e-12);
        Assert.Equal(1, figures.Deviation.Value, 1e-3);
        Assert.Equal(0, figures.Skewness.Value, 1e-12);
        Assert.Equal(0, figures.ExcessKurtosis.Value, 0.01);
        Assert.Equal(1, figures.NormalCorrelation.Value, 1e-12);

        // Standard errors of n independent normals: 1/√n, 1/√2n, √(6/n), √(24/n); 400 resamples give them to a tenth.
        Assert.Equal(1 / Math.Sqrt(Samples), figures.Mean.Error, 0.15 / Math.Sqrt(Samples));
        Assert.Equal(Math.Sqrt(0.5 / Samples), figures.Deviation.Error, 0.15 * Math.Sqrt(0.5 / Samples));
        Assert.Equal(Math.Sqrt(6.0 / Samples), figures.Skewness.Error, 0.15 * Math.Sqrt(6.0 / Samples));
        Assert.Equal(Math.Sqrt(24.0 / Samples), figures.ExcessKurtosis.Error, 0.2 * Math.Sqrt(24.0 / Samples));
    }

    [Fact]
    public void The_exponential_distribution_has_skewness_2_and_excess_kurtosis_6()
    {
        TailFigures figures = TailFigures.Of(Quantiles(p => -Math.Log(1 - p), 200_000));
        Assert.Equal(1, figures.Mean.Value, 1e-4);
        Assert.Equal(2, figures.Skewness.Value, 0.01);
        Assert.Equal(6, figures.ExcessKurtosis.Value, 0.1);
        Assert.InRange(figures.NormalCorrelation.Value, 0.85, 0.95);
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(4)]
    public void Hill_finds_the_index_of_a_power_law(double alpha)
    {
        Estimate hill = TailFigures.Hill(Quantiles(p => Math.Pow(1 - p, -1 / alpha)), 400);
        Assert.Equal(alpha / 20, hill.Error, alpha / 200);
        Assert.InRange(hill.Value, alpha - hill.Error, alpha + hill.Error);
    }

    [Fact]
    public void Hill_does_not_depend_on_the_scale_but_on_the_order_of_magnitude_alone()
    {
        double[] sample = Quantiles(p => Math.Pow(1 - p, -0.5));
        double[] larger = [.. sample.Select(x => 8 * x)];
        Assert.Equal(TailFigures.Hill(sample, 100).Value, TailFigures.Hill(larger, 100).Value, 1e-12);
    }

    [Fact]
    public void The_same_sample_gives_the_same_errors()
        => Assert.Equal(TailFigures.Of(Quantiles(NormalQuantile.Of, 100)), TailFigures.Of(Quantiles(NormalQuantile.Of, 100)));

    [Fact]
    public void What_says_nothing_about_tails_is_refused()
    {
        Assert.Throws<ArgumentException>(() => TailFigures.Of([1, 2, 3]));
        Assert.Throws<ArgumentException>(() => TailFigures.Of([1, 1, 1, 1, 1, 1, 1, 1]));
        Assert.Throws<ArgumentException>(() => TailFigures.Of([1, 2, 3, 4, 5, 6, 7, double.NaN]));
        Assert.Throws<ArgumentException>(() => TailFigures.Hill([1, 2, 3], 3));
        Assert.Throws<ArgumentException>(() => TailFigures.Hill([-1, 2, 3], 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => TailFigures.Hill([1, 2, 3], 1));
    }
}
