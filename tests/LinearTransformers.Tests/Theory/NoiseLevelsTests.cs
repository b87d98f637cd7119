using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class NoiseLevelsTests
{
    [Fact]
    public void The_mean_square_is_that_of_the_law()
    {
        Assert.Equal(0, NoiseLevels.None.MeanSquare);
        Assert.Equal(0.25, NoiseLevels.Fixed(0.5).MeanSquare);
        Assert.Equal(35.0 / 3, NoiseLevels.Values(1, 3, 5).MeanSquare, 1e-14);
        Assert.Equal(3, NoiseLevels.Uniform(3).MeanSquare, 1e-15);
    }

    [Theory]
    [InlineData(1e-12)]
    [InlineData(0.5)]
    [InlineData(399.9)]
    [InlineData(400.1)]
    [InlineData(1e7)]
    public void The_share_of_a_uniform_law_is_the_mean_of_the_shares(double x)
    {
        const int points = 20_000;
        double sum = 0;
        for (int i = 0; i < points; i++)
            sum += NoiseLevels.Fixed(2 * (i + 0.5) / points).UnknownShare(x) / points;
        // The midpoint rule misses some of the steep rise from 0 to √x.
        Assert.Equal(sum, NoiseLevels.Uniform(2).UnknownShare(x), 1e-8 * sum + (x < 1e-6 ? 1e-5 : 0));
    }

    [Fact]
    public void Drawn_deviations_have_the_mean_square_of_the_law()
    {
        foreach (NoiseLevels noise in (NoiseLevels[])[NoiseLevels.Values(1, 3, 5), NoiseLevels.Uniform(3)])
        {
            SampleNumbers numbers = new(3);
            Sample squares = new();
            for (int i = 0; i < 100_000; i++)
            {
                double deviation = noise.Draw(numbers);
                squares.Add(deviation * deviation);
            }

            squares.AssertMean(noise.MeanSquare, relativeStandardError: 0.01);
        }
    }

    [Fact]
    public void A_deviation_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseLevels.Fixed(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseLevels.Uniform(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => NoiseLevels.Values(1, double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => NoiseLevels.Values());
    }
}
