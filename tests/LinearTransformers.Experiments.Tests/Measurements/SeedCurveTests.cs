using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;

namespace LinearTransformers.Experiments.Tests.Measurements;

public class SeedCurveTests
{
    [Fact]
    public void A_single_seed_has_no_band_for_a_legend_to_promise()
    {
        Assert.Null(SeedCurve.Of("one", [0, 50], Seeds.Of([[3, 2]]), 0.25).Band);
        Assert.Null(SeedCurve.OfLogarithms("one", [0, 50], [[3, 2]], 0.25).Band);
        Assert.Null(Assert.Single(
            SeedCurve.Of("one", [0, 50], [SeedPoint.Of([3]), SeedPoint.Of([2])], Palette.Blue, LineStyle.Solid, point => point.Error, point
                => point.PromptError)).Band);
        Assert.NotNull(SeedCurve.Of("two", [0, 50], Seeds.Of([[3, 2], [4, 2]]), 0.25).Band);
    }

    [Fact]
    public void Of_two_bands_the_second_lies_on_the_first_without_a_name_and_without_points_that_have_no_place()
    {
        SeedPoint[] points = [SeedPoint.Of([3, 5], 0.5), SeedPoint.Of([double.NaN], 0.5), SeedPoint.Of([1, double.NaN], 0.25)];
        Series[] series = [.. SeedCurve.Of(
            "a", [0, 50, 60], points, Palette.Blue, LineStyle.Solid, point => point.Error, point => point.PromptError)];

        Assert.Equal(["a", ""], series.Select(one => one.Name));
        Assert.Equal([4, double.NaN, 1], series[0].Y);
        Assert.Equal((3, 5), (series[0].Band!.Lower[0], series[0].Band!.Upper[0]));

        // Of one seed nothing is known of the spread.
        Assert.Equal((1, 1), (series[0].Band!.Lower[2], series[0].Band!.Upper[2]));
        Assert.Equal([0, 60], series[1].X);
        Assert.Equal([3.5, 0.75], series[1].Band!.Lower);
        Assert.Equal([4.5, 1.25], series[1].Band!.Upper);
    }

    [Fact]
    public void A_point_counts_the_seeds_at_which_it_is_finite()
    {
        SeedPoint point = SeedPoint.Of([1, 2, 3, double.NaN, double.PositiveInfinity]);

        Assert.Equal((2, 1, 3), (point.Mean, point.Deviation, point.Count));
        Assert.Equal(1 / Math.Sqrt(3), point.Error, 1e-15);
        Assert.Equal((double.NaN, 0), (SeedPoint.Of([double.NaN]).Mean, SeedPoint.Of([double.NaN]).Count));
    }
}
