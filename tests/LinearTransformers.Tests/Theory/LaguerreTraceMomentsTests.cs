using System.Numerics;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class LaguerreTraceMomentsTests
{
    [Theory]
    [InlineData(20, 5)]
    [InlineData(20, 4)]
    [InlineData(5, 5)]
    [InlineData(6, 6)]
    [InlineData(2, 5)]
    [InlineData(4, 5)]
    [InlineData(3, 10)]
    [InlineData(1, 1)]
    [InlineData(1, 8)]
    [InlineData(9, 2)]
    public void Equal_the_integers_of_the_loop_equation(int N, int d)
    {
        WishartMoments loop = new(N, d);
        BigInteger[] moments = LaguerreTraceMoments.Compute(N, d, 16);
        for (int k = 0; k < moments.Length; k++)
            Assert.Equal(loop.TracePower(k), moments[k]);
    }

    [Fact]
    public void Equal_the_integers_of_the_loop_equation_at_the_degree_of_three_layers_of_gradient_descent_plus_plus()
        => Assert.Equal(new WishartMoments(20, 5).TracePower(26), LaguerreTraceMoments.Compute(20, 5, 26)[26]);

    [Fact]
    public void In_one_dimension_they_are_the_moments_of_chi_squared_at_any_degree()
    {
        BigInteger[] moments = LaguerreTraceMoments.Compute(7, 1, 250);
        BigInteger chiSquared = 1;
        for (int k = 0; k <= 250; k++)
        {
            Assert.Equal(chiSquared, moments[k]);
            chiSquared *= 7 + 2 * k;
        }
    }

    [Fact]
    public void The_fourth_moment_in_thirty_dimensions_is_the_published_polynomial()
    {
        const long n = 40, p = 30;
        Assert.Equal(
            n * p * (n * n * n + p * p * p + 6 * n * n * p + 6 * n * p * p + 6 * n * n + 6 * p * p + 17 * n * p + 21 * n + 21 * p + 20),
            LaguerreTraceMoments.Compute(40, 30, 4)[4]);
    }

    [Fact]
    public void Sizes_below_one_and_negative_powers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LaguerreTraceMoments.Compute(0, 5, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => LaguerreTraceMoments.Compute(5, 0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => LaguerreTraceMoments.Compute(5, 5, -1));
    }
}
