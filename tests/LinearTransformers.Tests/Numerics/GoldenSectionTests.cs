using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class GoldenSectionTests
{
    [Theory]
    [InlineData(1.7)]
    [InlineData(1.0001)]
    [InlineData(2.9999)]
    public void The_least_point_is_found_to_the_tolerance(double least)
    {
        (double point, double value) = GoldenSection.Minimize(x => Math.Abs(x - least) + 3, 1, 3, 1e-10);
        Assert.Equal(least, point, 1e-9);
        Assert.Equal(3, value, 1e-9);
    }

    [Fact]
    public void What_overflows_counts_as_large()
    {
        (double point, _) = GoldenSection.Minimize(x => x > 2 ? double.NaN : (x - 1.2) * (x - 1.2), 1, 6, 1e-7);
        Assert.Equal(1.2, point, 1e-6);
    }
}
