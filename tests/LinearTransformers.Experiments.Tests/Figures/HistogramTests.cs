using LinearTransformers.Experiments.Figures;

namespace LinearTransformers.Experiments.Tests.Figures;

public class HistogramTests
{
    [Fact]
    public void Densities_are_counts_over_number_and_width()
    {
        Histogram histogram = Histogram.Of([0, 1, 1.5, 3.9, 4], 2);

        Assert.Equal(0, histogram.Start);
        Assert.Equal(2, histogram.BinWidth);
        Assert.Equal([3 / 10.0, 2 / 10.0], histogram.Densities);
    }

    [Fact]
    public void Values_that_are_not_finite_are_counted_and_left_out()
    {
        Histogram histogram = Histogram.Of([1, double.NaN, 2, double.PositiveInfinity], 3);

        Assert.Equal(2, histogram.LeftOut);
        Assert.Equal(1, histogram.Densities.Sum() * histogram.BinWidth, 12);
        Assert.Contains("2 points left out: not finite", FigureWriterTests.Labels(new HistogramFigure("", "", histogram)));
    }

    [Fact]
    public void Equal_values_make_a_histogram_too()
    {
        Assert.Equal(1, Histogram.Of([3, 3, 3], 1).Densities[0], 12);
    }

    [Fact]
    public void A_histogram_of_nothing_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Histogram.Of([double.NaN], 3));
        Assert.Throws<ArgumentException>(() => Histogram.Of([1], 0));
    }
}
