using System.Numerics;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class WishartQuadratureTests
{
    [Theory]
    [InlineData(20, 5, 26)]
    [InlineData(20, 5, 8)]
    [InlineData(5, 5, 26)]
    [InlineData(2, 5, 26)]
    [InlineData(4, 5, 26)]
    [InlineData(1, 7, 26)]
    [InlineData(30, 25, 12)]
    [InlineData(20, 5, 80)]
    [InlineData(20, 5, 242)]
    public void Every_exact_moment_comes_back_to_fourteen_digits(int N, int d, int degree)
    {
        WishartQuadrature quadrature = WishartQuadrature.ForDegree(N, d, degree);
        BigInteger[] moments = LaguerreTraceMoments.Compute(N, d, quadrature.Degree);
        Assert.InRange(quadrature.Degree, degree, degree + 1);
        for (int k = 0; k <= quadrature.Degree; k++)
        {
            int power = k;
            double ratio = 0.0;
            // Divide by the exact moment within each term, so that nothing overflows.
            double logMoment = BigInteger.Log(moments[k]) - k * Math.Log(N);
            for (int j = 0; j < quadrature.Nodes.Length; j++)
            {
                if (quadrature.Nodes[j] > 0 || power == 0)
                    ratio += quadrature.Weights[j] * Math.Exp((power == 0 ? 0 : power * Math.Log(quadrature.Nodes[j])) - logMoment);
            }

            // The logarithms themselves carry an error of some 1e-16 times their size.
            Assert.Equal(1, ratio, 1e-14 + 5e-16 * Math.Abs(logMoment) + 1e-15 * k);
        }
    }

    [Fact]
    public void Nodes_ascend_from_above_zero_and_weights_are_positive()
    {
        WishartQuadrature quadrature = WishartQuadrature.ForDegree(20, 5, 26);
        Assert.Equal(14, quadrature.Nodes.Length);
        for (int j = 0; j < quadrature.Nodes.Length; j++)
        {
            Assert.True(quadrature.Weights[j] > 0);
            Assert.True(quadrature.Nodes[j] > (j == 0 ? 0 : quadrature.Nodes[j - 1]));
        }
    }

    [Fact]
    public void With_fewer_examples_than_dimensions_the_node_zero_has_the_weight_of_the_null_space()
    {
        WishartQuadrature quadrature = WishartQuadrature.ForDegree(2, 5, 10);
        Assert.Equal(0, quadrature.Nodes[0]);
        Assert.Equal(3, quadrature.Weights[0]);
        Assert.True(quadrature.Nodes[1] > 0);
    }

    [Fact]
    public void A_function_that_is_no_polynomial_is_integrated_to_a_known_value()
    {
        // E tr S⁻¹ = N d/(N−d−1), the mean of an inverse Wishart matrix; the pole at 0 slows convergence down.
        Assert.Equal(20 * 5 / 14.0, WishartQuadrature.ForDegree(20, 5, 120).Integrate(t => 1 / t), 1e-6);
        Assert.Equal(20 * 5 / 14.0, WishartQuadrature.ForDegree(20, 5, 240).Integrate(t => 1 / t), 1e-8);
    }

    [Theory]
    [InlineData(20, 5)]
    [InlineData(5, 5)]
    [InlineData(2, 5)]
    [InlineData(40, 1)]
    public void A_sample_has_the_exact_low_moments_within_its_standard_error(int N, int d)
    {
        const int prompts = 100_000;
        WishartQuadrature sample = WishartQuadrature.FromSample(N, d, 8, prompts, 1);
        WishartMoments moments = new(N, d);
        Assert.Equal(d, sample.Integrate(_ => 1), 1e-10);
        for (int k = 1; k <= 3; k++)
        {
            int power = k;
            double mean = (double)moments.TracePower(k);
            double standardError = Math.Sqrt(((double)moments.TraceProduct(k, k) - mean * mean) / prompts);
            Assert.InRange(sample.Integrate(t => Math.Pow(t * N, power)), mean - 4 * standardError, mean + 4 * standardError);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_sample_and_another_seed_another()
    {
        WishartQuadrature sample = WishartQuadrature.FromSample(20, 5, 26, 5000, 3);
        Assert.Equal(sample.Nodes, WishartQuadrature.FromSample(20, 5, 26, 5000, 3).Nodes);
        Assert.NotEqual(sample.Nodes[0], WishartQuadrature.FromSample(20, 5, 26, 5000, 4).Nodes[0]);
    }

    [Fact]
    public void A_sample_of_few_prompts_is_its_own_rule()
        => Assert.Equal(3, WishartQuadrature.FromSample(20, 1, 26, 3, 1).Nodes.Length);

    [Fact]
    public void Degrees_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => WishartQuadrature.ForDegree(20, 5, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WishartQuadrature.ForDegree(20, 5, WishartQuadrature.MaxDegree + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => WishartQuadrature.ForDegree(0, 5, 4));
    }
}
