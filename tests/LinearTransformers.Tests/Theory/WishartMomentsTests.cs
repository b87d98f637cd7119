using System.Numerics;
using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class WishartMomentsTests
{
    [Theory]
    [InlineData(20, 5)]
    [InlineData(3, 7)]
    [InlineData(1, 1)]
    public void The_first_four_moments_are_the_published_polynomials(int N, int d)
    {
        // E W^k = c·I for k ≤ 4, from the zonal-polynomial tables (Letac & Massam 2004; von Rosen 1988), times d.
        long n = N, p = d;
        WishartMoments moments = new(N, d);
        Assert.Equal(p, moments.TracePower(0));
        Assert.Equal(n * p, moments.TracePower(1));
        Assert.Equal(n * p * (n + p + 1), moments.TracePower(2));
        Assert.Equal(n * p * (n * n + p * p + 3 * n * p + 3 * n + 3 * p + 4), moments.TracePower(3));
        Assert.Equal(
            n * p * (n * n * n + p * p * p + 6 * n * n * p + 6 * n * p * p + 6 * n * n + 6 * p * p + 17 * n * p + 21 * n + 21 * p + 20),
            moments.TracePower(4));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void In_one_dimension_they_are_the_moments_of_chi_squared(int N)
    {
        WishartMoments moments = new(N, 1);
        BigInteger chiSquared = 1;
        for (int k = 0; k <= 12; k++)
        {
            Assert.Equal(chiSquared, moments.TracePower(k));
            chiSquared *= N + 2 * k;
        }
    }

    [Fact]
    public void Powers_of_the_trace_are_the_moments_of_chi_squared_with_N_d_degrees_of_freedom()
    {
        WishartMoments moments = new(6, 3);
        Assert.Equal(18, moments.TraceProduct(1));
        Assert.Equal(18 * 20, moments.TraceProduct(1, 1));
        Assert.Equal(18 * 20 * 22, moments.TraceProduct(1, 1, 1));
        Assert.Equal(9 * 18, moments.TraceProduct(0, 1, 0));
        Assert.Equal(1, moments.TraceProduct());
    }

    [Theory]
    [InlineData(20, 5, 26)]
    [InlineData(2, 5, 14)]
    public void Exchanging_N_and_d_changes_nothing_but_the_zeroth(int N, int d, int degree)
    {
        WishartMoments moments = new(N, d);
        WishartMoments exchanged = new(d, N);
        for (int k = 1; k <= degree; k++)
            Assert.Equal(moments.TracePower(k), exchanged.TracePower(k));
    }

    [Fact]
    public void A_monte_carlo_average_agrees_within_four_standard_errors()
    {
        const int N = 6, d = 3, samples = 200_000;
        System.Random random = new(1);
        WishartMoments moments = new(N, d);
        int[][] products = [[1], [2], [3], [4], [1, 2], [2, 2]];
        Sample[] averages = Array.ConvertAll(products, _ => new Sample());
        for (int s = 0; s < samples; s++)
        {
            double[] traces = Dense.TracePowers(Gaussian.Matrix(random, N, d), 4);
            for (int i = 0; i < products.Length; i++)
            {
                double value = 1.0;
                foreach (int k in products[i])
                    value *= traces[k];
                averages[i].Add(value);
            }
        }

        for (int i = 0; i < products.Length; i++)
            averages[i].AssertMean((double)moments.TraceProduct(products[i]), relativeStandardError: 0.02);
    }

    [Fact]
    public void Sizes_below_one_and_negative_powers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WishartMoments(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WishartMoments(5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WishartMoments(5, 5).TracePower(-1));
    }
}
