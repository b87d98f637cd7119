using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class OneLayerPlateausTests
{
    [Fact]
    public void The_published_setting_has_its_five_plateaus()
    {
        // arXiv 2501.16265: D = 4, N = 31, eigenvalues .4 .3 .2 .1.
        double[] losses = OneLayerPlateaus.Losses(31, [0.2, 0.4, 0.1, 0.3]);
        double[] expected = [1, 0.64058, 0.37737, 0.20980, 0.13600];
        Assert.Equal(expected.Length, losses.Length);
        for (int m = 0; m < expected.Length; m++)
            Assert.Equal(expected[m], losses[m], 0.5e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.6)]
    public void The_last_is_the_least_loss_and_each_is_the_loss_of_the_directions_learnt(double s)
    {
        double[] lambda = [2, 0.7, 0.3];
        double[] losses = OneLayerPlateaus.Losses(9, lambda, s);
        Theorem1Optimum optimum = Theorem1.Optimum(9, lambda, default, s);
        Assert.Equal(optimum.Loss, losses[^1], 1e-14);
        for (int m = 0; m <= 3; m++)
        {
            double[,] query = Dense.Scaled(1, [.. optimum.QueryEigenvalues.Select((q, k) => k < m ? q : 0)]);
            Assert.Equal(OneLayerLoss.Expected(9, query, Dense.Scaled(1, lambda), Dense.Scaled(1, 1, 1, 1), s), losses[m], 1e-14);
        }
    }

    [Fact]
    public void Gradient_descent_on_key_and_query_from_a_small_start_rests_at_each()
    {
        // A = K Qᵀ; where the loss falls slowest between two faster stretches, training rests.
        const int N = 31;
        double[] lambda = [0.9, 0.4, 0.15];
        double[] plateaus = OneLayerPlateaus.Losses(N, lambda);
        (double[,] covariance, double[,] small) = (Dense.Scaled(1, lambda), Dense.Scaled(1e-4, 1, 1, 1));
        System.Random random = new(6);
        double[,] key = Dense.Multiply(small, Gaussian.Matrix(random, 3, 3));
        double[,] query = Dense.Multiply(small, Gaussian.Matrix(random, 3, 3));
        List<double> rests = [];
        (double loss, double fall, bool slowing) = (plateaus[0], 0, false);
        for (int step = 0; step < 40_000; step++)
        {
            double[,] A = Dense.Multiply(key, Dense.Transpose(query));
            double next = OneLayerLoss.Expected(N, Dense.Multiply(Dense.Scaled(-1, 1, 1, 1), A), covariance, Dense.Scaled(1, 1, 1, 1));
            // Not at the start and the end, which are rests of their own.
            if (slowing && loss - next > fall && loss < plateaus[0] - 0.01 && loss > plateaus[3] + 0.01)
                rests.Add(loss);
            slowing = loss - next < fall;
            (loss, fall) = (next, loss - next);

            // ∂/∂A_ij of tr Λ(I − AΛ)(I − AΛ)ᵀ + (1/N)( tr Λ · tr AΛAᵀΛ + tr ΛAᵀΛAΛ ) for diagonal Λ.
            double[,] slope = new double[3, 3];
            for (int i = 0; i < 3; i++)
                for (int j = 0; j < 3; j++)
                    slope[i, j] = 2 * lambda[i] * lambda[j]
                        * (((1 + 1.0 / N) * lambda[j] + lambda.Sum() / N) * A[i, j] - (i == j ? 1 : 0));
            double[,] keySlope = Dense.Multiply(slope, query), querySlope = Dense.Multiply(Dense.Transpose(slope), key);
            for (int i = 0; i < 9; i++)
            {
                key[i / 3, i % 3] -= 0.02 * keySlope[i / 3, i % 3];
                query[i / 3, i % 3] -= 0.02 * querySlope[i / 3, i % 3];
            }
        }

        Assert.Equal(2, rests.Count);
        Assert.Equal(plateaus[1], rests[0], 1e-3);
        Assert.Equal(plateaus[2], rests[1], 1e-3);
        Assert.Equal(plateaus[3], loss, 1e-9);
    }

    [Fact]
    public void Input_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => OneLayerPlateaus.Losses(0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => OneLayerPlateaus.Losses(3, [1, 0]));
        Assert.Throws<ArgumentOutOfRangeException>(() => OneLayerPlateaus.Losses(3, [1], -1));
        Assert.Throws<ArgumentException>(() => OneLayerPlateaus.Losses(3, []));
    }
}
