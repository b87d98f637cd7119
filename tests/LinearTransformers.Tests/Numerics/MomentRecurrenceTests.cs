using System.Numerics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Tests.Numerics;

public class MomentRecurrenceTests
{
    [Fact]
    public void The_factorials_give_the_gauss_laguerre_rule()
    {
        // Abramowitz & Stegun, table 25.9, n = 5.
        BigInteger[] factorials = [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880];
        (double[] nodes, double[] weights) = new MomentRecurrence(factorials).GaussRule();
        double[] expectedNodes = [0.263560319718, 1.413403059107, 3.596425771041, 7.085810005859, 12.640800844276];
        double[] expectedWeights = [5.21755610583e-1, 3.98666811083e-1, 7.59424496817e-2, 3.61175867992e-3, 2.33699723858e-5];
        for (int j = 0; j < 5; j++)
        {
            Assert.Equal(expectedNodes[j], nodes[j], 1e-12);
            Assert.Equal(expectedWeights[j], weights[j], 1e-11 * expectedWeights[j]);
        }
    }

    [Fact]
    public void Eight_nodes_sum_powers_over_the_first_hundred_integers()
    {
        double[] points = new double[100];
        double[] weights = new double[100];
        for (int i = 0; i < 100; i++)
            (points[i], weights[i]) = (i + 1, 1);
        (double[] nodes, double[] sums) = MomentRecurrence.FromPoints(points, weights, 8).GaussRule();
        for (int power = 0; power <= 15; power++)
        {
            BigInteger exact = 0;
            for (int i = 1; i <= 100; i++)
                exact += BigInteger.Pow(i, power);
            double sum = 0;
            for (int j = 0; j < 8; j++)
                sum += sums[j] * Math.Pow(nodes[j], power);
            Assert.Equal(1, sum / (double)exact, 1e-13);
        }
    }

    [Fact]
    public void The_least_mean_square_of_a_line_through_one_at_zero_is_the_christoffel_function()
    {
        // ∫ (1 − a t)² e^−t dt = 1 − 2a + 2a² is least at a = ½.
        Assert.Equal(0.5, new MomentRecurrence([1, 1, 2, 6]).ChristoffelFunction(0), 1e-15);
    }

    [Fact]
    public void The_moments_of_too_few_points_are_refused()
    {
        // Two points, 0 and 1, each of mass one, carry no rule of three.
        Assert.Throws<ArgumentException>(() => new MomentRecurrence([2, 1, 1, 1, 1, 1]));
    }
}
