using LinearTransformers.Experiments.Paper2;

namespace LinearTransformers.Experiments.Tests.Paper2;

public class RateSearchTests
{
    [Theory]
    [InlineData(0.02, new[] { 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1 })]
    [InlineData(5, new[] { 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200 })]
    [InlineData(0.1, new[] { 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5 })]
    public void A_grid_goes_in_ones_twos_and_fives_through_the_published_rate(double published, double[] grid)
        => Assert.Equal(grid, RateSearch.Grid(published, 4, 10)); // Equal to the bit: both are the double nearest to the decimal.

    [Fact]
    public void A_rate_at_which_a_seed_diverges_is_never_best()
    {
        RateOutcome[] outcomes = [new(0.1, [1, 2], 0, double.NaN), new(1, [0.1, 0.2], 1, double.NaN)];
        Assert.Equal(0.1, RateSearch.Best(outcomes).Rate);
        Assert.Equal(double.PositiveInfinity, outcomes[1].Mean);
        Assert.Equal(0.5, outcomes[0].Error, 1e-15);
        Assert.Equal(double.NaN, outcomes[1].Error);
    }
}
