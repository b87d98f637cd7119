using LinearTransformers.Experiments.Results;

namespace LinearTransformers.Experiments.Tests.Results;

public class MeanToleranceTests
{
    [Fact]
    public void Means_are_judged_by_their_standard_errors_not_by_the_deviation_of_single_values()
    {
        // Six seeds of deviation 1.2 have a mean that is known to 1.2/√6; so has that of another six with 0.5.
        Assert.Equal(2 * Math.Sqrt(((1.2 * 1.2) + (0.5 * 0.5)) / 6), MeanTolerance.Of((1.2, 6), (0.5, 6)), 1e-15);
        Assert.Equal(2 * Math.Sqrt(2) * 0.3, MeanTolerance.Of((0.3, 1), (0.3, 1)), 1e-15);
        Assert.Equal(0, MeanTolerance.Of());
        Assert.Throws<ArgumentOutOfRangeException>(() => MeanTolerance.Of((1, 0)));
    }

    [Fact]
    public void What_rounding_to_decimals_leaves_off_has_the_deviation_of_a_uniform_number()
    {
        System.Random random = new(1);
        double[] left = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextDouble()).Select(x => x - Math.Round(x, 2))];
        Assert.Equal(Seeds.OfValues(left).Deviation[0], MeanTolerance.OfDecimals(2), 0.01 * MeanTolerance.OfDecimals(2));
    }

    [Theory]
    [InlineData(2.0, 1.0, 1.0, 1.0, 1.0)]
    [InlineData(12.0, 3.5, 3.5, 3.5, 3.5)]
    public void One_number_apart_from_others_that_are_equal_is_as_large_as_mean_and_deviation_allow(params double[] values)
    {
        Seeds seeds = Seeds.OfValues(values);
        Assert.Equal(values[0], MeanTolerance.LargestOf(values.Length, seeds.Mean[0], seeds.Deviation[0]), 1e-12);
    }

    [Fact]
    public void No_numbers_pass_what_their_mean_and_deviation_allow()
    {
        System.Random random = new(2);
        for (int i = 0; i < 1000; i++)
        {
            double[] values = [.. Enumerable.Range(0, 5).Select(_ => Math.Exp(6 * random.NextDouble()))];
            Seeds seeds = Seeds.OfValues(values);
            Assert.InRange(values.Max(), 0, MeanTolerance.LargestOf(5, seeds.Mean[0], seeds.Deviation[0]) * (1 + 1e-12));
        }

        // A single number cannot be more than all together.
        Assert.Equal(10, MeanTolerance.LargestOf(5, 2, 100));
    }
}
