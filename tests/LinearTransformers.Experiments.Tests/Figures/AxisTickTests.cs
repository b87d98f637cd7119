using LinearTransformers.Experiments.Figures.Rendering;

namespace LinearTransformers.Experiments.Tests.Figures;

public class AxisTickTests
{
    [Fact]
    public void Iterations_are_labelled_with_round_numbers()
    {
        Assert.Equal(["0", "2,500", "5,000", "7,500", "10,000"], Labels(LinearTicks.Create(new AxisRange(-200, 10200), 5)));
    }

    [Fact]
    public void Labels_have_as_many_decimals_as_their_distance_needs()
    {
        Assert.Equal(["0.166", "0.168", "0.170"], Labels(LinearTicks.Create(new AxisRange(0.1655, 0.171), 3)));
        Assert.Equal(["−0.25", "0", "0.25", "0.50"], Labels(LinearTicks.Create(new AxisRange(-0.3, 0.6), 4)));
    }

    [Fact]
    public void There_are_two_labels_at_least()
    {
        Assert.Equal(["1", "2", "3"], Labels(LinearTicks.Create(new AxisRange(0.9, 3.3), 2)));
    }

    [Fact]
    public void Very_small_numbers_are_labelled_with_powers()
    {
        Assert.Equal(["−1·10⁻⁴", "−5·10⁻⁵", "0", "5·10⁻⁵", "1·10⁻⁴"], Labels(LinearTicks.Create(new AxisRange(-1.3e-4, 1.3e-4), 6)));
    }

    [Fact]
    public void A_logarithmic_axis_is_labelled_with_powers_and_has_minor_ticks_between()
    {
        IReadOnlyList<AxisTick> ticks = LogarithmicTicks.Create(new AxisRange(-3.2, 0.7), 6);

        Assert.Equal(["10⁻³", "10⁻²", "10⁻¹", "10⁰"], Labels(ticks));
        Assert.Equal(24 + 3 + 4, ticks.Count(t => !t.IsMajor)); // 7, 8, 9 below 10⁻³; 2, 3, 4, 5 above 10⁰.
    }

    [Fact]
    public void Many_decades_are_labelled_at_equal_distances()
    {
        Assert.Equal(["10⁻¹²", "10⁻⁹", "10⁻⁶", "10⁻³", "10⁰"], Labels(LogarithmicTicks.Create(new AxisRange(-12, 0), 5)));
    }

    [Fact]
    public void Within_a_decade_multiples_are_labelled()
    {
        Assert.Equal(["2·10⁻³", "5·10⁻³", "10⁻²"],
            Labels(LogarithmicTicks.Create(new AxisRange(Math.Log10(1.5e-3), Math.Log10(1.2e-2)), 6)));
        Assert.Equal(["0.2", "0.5", "1"], Labels(LogarithmicTicks.Create(new AxisRange(Math.Log10(0.15), Math.Log10(1.6)), 6)));
        Assert.Equal(["2", "5", "10"], Labels(LogarithmicTicks.Create(new AxisRange(Math.Log10(1.5), Math.Log10(12)), 6)));
    }

    [Fact]
    public void Within_a_small_part_of_a_decade_round_numbers_are_labelled_where_they_are()
    {
        IReadOnlyList<AxisTick> ticks = LogarithmicTicks.Create(new AxisRange(Math.Log10(0.166), Math.Log10(0.1712)), 6);

        Assert.Equal(["0.166", "0.167", "0.168", "0.169", "0.170", "0.171"], Labels(ticks));
        Assert.Equal(Math.Log10(0.17), ticks[4].Position, 12);
    }

    private static List<string> Labels(IEnumerable<AxisTick> ticks) => [.. ticks.Where(t => t.IsMajor).Select(t => t.Label!)];
}
