using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class Theorem1Tests
{
    [Fact]
    public void For_the_identity_covariance_loss_and_scale_are_the_published_ones()
    {
        Theorem1Optimum optimum = Theorem1.Optimum(20, [1, 1, 1, 1, 1]);
        Assert.Equal(15.0 / 13, optimum.Loss, 1e-15);
        Assert.All(optimum.QueryEigenvalues, q => Assert.Equal(-20.0 / 26, q, 1e-15));
    }

    [Fact]
    public void For_inverse_tasks_the_loss_does_not_depend_on_the_covariance()
    {
        double[] sigma = [1, 1, 0.25, 0.0625, 1];
        Theorem1Optimum optimum = Theorem1.Optimum(20, sigma, Array.ConvertAll(sigma, s => 1 / s));
        Assert.Equal(15.0 / 13, optimum.Loss, 1e-14);
        for (int i = 0; i < 5; i++)
            Assert.Equal(-20.0 / 26 / sigma[i], optimum.QueryEigenvalues[i], 1e-13);
    }

    [Fact]
    public void The_query_matrix_has_the_eigenvectors_of_the_covariance()
    {
        (double c, double s) = (Math.Cos(0.3), Math.Sin(0.3));
        Theorem1Optimum optimum = Theorem1.Optimum(10, [2, 0.5]);
        double[,] query = optimum.Query(new[,] { { c, -s }, { s, c } });
        Assert.Equal(optimum.QueryEigenvalues[0] * c, query[0, 0] * c + query[0, 1] * s, 1e-14);
        Assert.Equal(optimum.QueryEigenvalues[0] * s, query[1, 0] * c + query[1, 1] * s, 1e-14);
        Assert.Equal(query[0, 1], query[1, 0], 1e-15);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_model_in_token_space_has_this_loss_and_no_neighbour_a_lower_one(bool inverseTasks)
    {
        // The same prompts score the optimum and its neighbours, Q̂ full and symmetric, so differences are sharp.
        const int N = 8, d = 3, samples = 60_000;
        double[] lambda = [1, 0.3, 2];
        double[] omega = inverseTasks ? Array.ConvertAll(lambda, l => 1 / l) : [1, 1, 1];
        Theorem1Optimum optimum = Theorem1.Optimum(N, lambda, omega);
        double[,] best = Dense.Scaled(1, [.. optimum.QueryEigenvalues]);
        List<double[,]> candidates = new() { best };
        for (int i = 0; i < d; i++)
        {
            for (int j = i; j < d; j++)
            {
                foreach (double shift in (double[])[-0.2, 0.2])
                {
                    double[,] changed = (double[,])best.Clone();
                    changed[i, j] += shift;
                    changed[j, i] = changed[i, j];
                    candidates.Add(changed);
                }
            }
        }

        List<Sample> losses = candidates.ConvertAll(_ => new Sample());
        System.Random random = new(4);
        for (int s = 0; s < samples; s++)
        {
            double[,] X = Gaussian.Matrix(random, N, d);
            double[] w = Gaussian.Vector(random, d);
            double[] query = Gaussian.Vector(random, d);
            for (int j = 0; j < d; j++)
            {
                for (int i = 0; i < N; i++)
                    X[i, j] *= Math.Sqrt(lambda[j]);
                query[j] *= Math.Sqrt(lambda[j]);
                w[j] *= Math.Sqrt(omega[j]);
            }

            for (int c = 0; c < candidates.Count; c++)
            {
                double residual = TokenSpaceTransformer.Residual(X, w, query, [(new double[d, d], candidates[c])]);
                losses[c].Add(residual * residual);
            }
        }

        losses[0].AssertMean(optimum.Loss, relativeStandardError: 0.02);
        for (int c = 1; c < losses.Count; c++)
            Assert.True(losses[c].Mean > losses[0].Mean);
    }

    [Fact]
    public void Input_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Theorem1.Optimum(0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Theorem1.Optimum(5, [1, -1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Theorem1.Optimum(5, [1, 1], default, -1));
        Assert.Throws<ArgumentException>(() => Theorem1.Optimum(5, []));
        Assert.Throws<ArgumentException>(() => Theorem1.Optimum(5, [1, 1], [1]));
        Assert.Throws<ArgumentException>(() => Theorem1.Optimum(5, [1, 1]).Query(new double[3, 3]));
    }
}
