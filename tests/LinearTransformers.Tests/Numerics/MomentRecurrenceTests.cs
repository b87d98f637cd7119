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
        var (nodes, weights) = new MomentRecurrence(factorials).GaussRule();
        double[] expectedNodes = [0.263560319718, 1.413403059107, 3.596425771041, 7.085810005859, 12.640800844276];
        double[] expectedWeights = [5.21755610583e-1, 3.98666811083e-1, 7.59424496817e-2, 3.61175867992e-3, 2.33699723858e-5];
        for (var j = 0; j < 5; j++)
        {
            Assert.Equal(expectedNodes[j], nodes[j], 1e-12);
            Assert.Equal(expectedWeights[j], weights[j], 1e-11 * expectedWeights[j]);
        }
    }

    [Fact]
    public void The_moments_of_too_few_points_are_refused()
    {
        // Two points, 0 and 1, each of mass one, carry no rule of three.
        Assert.Throws<ArgumentException>(() => new MomentRecurrence([2, 1, 1, 1, 1, 1]));
    }
}
