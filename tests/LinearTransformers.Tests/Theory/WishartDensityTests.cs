using LinearTransformers.Numerics;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class WishartDensityTests
{
    [Theory]
    [InlineData(7, 1)]
    [InlineData(1, 7)]
    [InlineData(2, 2)]
    [InlineData(9, 4)]
    [InlineData(4, 9)]
    [InlineData(5, 5)]
    [InlineData(20, 5)]
    [InlineData(20, 10)]
    [InlineData(24, 5)]
    [InlineData(25, 5)]
    [InlineData(26, 25)]
    [InlineData(3000, 6)]
    public void Exact_moments_come_back(int N, int d)
    {
        WishartDensity density = new(N, d, 16);
        Assert.Equal(1, density.Integrate(_ => 1) / Math.Min(N, d), 1e-13);
        System.Numerics.BigInteger[] moments = LaguerreTraceMoments.Compute(N, d, 8);
        for (int k = 1; k <= 8; k++)
            Assert.Equal(1, density.Integrate(x => Math.Pow(x, k)) / (double)moments[k], 1e-12);
    }

    [Theory]
    [InlineData(600, 600)]
    [InlineData(900, 500)]
    public void In_high_dimensions_the_first_moments_come_back(int N, int d)
    {
        // E tr W = N d, E tr W² = N d (N + d + 1).
        WishartDensity density = new(N, d, 16);
        Assert.Equal(1, density.Integrate(_ => 1) / d, 1e-11);
        Assert.Equal(1, density.Integrate(x => x) / N / d, 1e-11);
        Assert.Equal(1, density.Integrate(x => x * x) / N / d / (N + d + 1), 1e-11);
    }

    [Theory]
    [InlineData(20, 5, 0.5)]
    [InlineData(6, 5, 0.5)]
    [InlineData(8, 6, 0.1)]
    [InlineData(3, 5, 2)]
    public void Stieltjes_transforms_lie_between_the_bounds_that_exact_moments_give(int N, int d, double c)
    {
        // A Gauss rule is below E Σ 1/(x + c), and one with a further node at 0, the rule of x dμ(x), above (Golub, Meurant, 1994).
        const int n = 60;
        System.Numerics.BigInteger[] moments = LaguerreTraceMoments.Compute(N, d, 2 * n);
        moments[0] = Math.Min(N, d);
        (double[] gauss, double[] weights) = new MomentRecurrence(moments.AsSpan(0, 2 * n)).GaussRule();
        (double[] radau, double[] masses) = new MomentRecurrence(moments.AsSpan(1, 2 * n)).GaussRule();
        double low = 0, high = 0, atZero = (double)moments[0];
        for (int j = 0; j < n; j++)
        {
            low += weights[j] / (gauss[j] + c);
            high += masses[j] / radau[j] / (radau[j] + c);
            atZero -= masses[j] / radau[j];
        }

        high += atZero / c;
        double value = new WishartDensity(N, d, 16).Integrate(x => 1 / (x + c));
        Assert.InRange(value, low - 1e-13 * low, high + 1e-13 * high);
        Assert.True(high - low < 0.1 * value);
    }

    [Fact]
    public void One_eigenvalue_is_chi_squared()
    {
        // E 1/(x + c) for χ² with two degrees is the exponential integral e^(c/2) E_1(c/2)/2; E_1(1) = 0.21938393439552…
        double value = new WishartDensity(2, 1, 16).Integrate(x => 1 / (x + 2));
        Assert.Equal(Math.E * 0.219383934395520274 / 2, value, 1e-14);
    }
}
