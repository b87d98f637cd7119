using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class RotationInvariantOneLayerTests
{
    [Fact]
    public void Sphere_and_gamma_are_the_values_of_the_design()
    {
        Assert.Equal(1.0 / 6, RotationInvariantOneLayer.Sphere(20, 5).Loss, 1e-15);
        Assert.Equal(0.729730, RotationInvariantOneLayer.Gamma(20, 5, 0.1).Loss, 0.5e-6);
    }

    [Theory]
    [InlineData(20, 5)]
    [InlineData(3, 8)]
    public void For_gaussian_covariates_it_is_theorem_one(int N, int d)
    {
        double[] ones = new double[d];
        Array.Fill(ones, 1);
        Theorem1Optimum expected = Theorem1.Optimum(N, ones);
        OneLayerOptimum optimum = RotationInvariantOneLayer.Gaussian(N, d);
        Assert.Equal(expected.Loss, optimum.Loss, 1e-14);
        Assert.Equal(expected.QueryEigenvalues[0], optimum.QueryScale, 1e-15);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Samples_have_this_loss_and_their_own_best_scale_is_near(bool gamma)
    {
        // Gamma of shape ½ is half a squared normal, so it needs no sampler of its own.
        const int N = 20, d = 5, samples = 60_000;
        const double shape = 0.5;
        OneLayerOptimum optimum = gamma ? RotationInvariantOneLayer.Gamma(N, d, shape) : RotationInvariantOneLayer.Sphere(N, d);
        System.Random random = new(6);
        Sample loss = new();
        double slope = 0, curvature = 0;
        for (int s = 0; s < samples; s++)
        {
            double[] w = Gaussian.Vector(random, d);
            double[] query = Covariate();
            double attention = 0;
            for (int i = 0; i < N; i++)
            {
                double[] x = Covariate();
                attention += Dot(query, x) * Dot(w, x) / N;
            }

            double target = Dot(w, query);
            double residual = target + optimum.QueryScale * attention;
            loss.Add(residual * residual);
            slope -= target * attention;
            curvature += attention * attention;
        }

        loss.AssertMean(optimum.Loss, relativeStandardError: 0.03);
        Assert.Equal(slope / curvature, optimum.QueryScale, 0.05 * Math.Abs(optimum.QueryScale));

        double[] Covariate()
        {
            double[] x = Gaussian.Vector(random, d);
            double radius = gamma ? Math.Abs(Gaussian.Number(random)) * Math.Sqrt(0.5 * Math.Sqrt(10 / shape)) : 1;
            double scale = radius / Math.Sqrt(Dot(x, x));
            return Array.ConvertAll(x, value => scale * value);
        }
    }

    [Fact]
    public void Moments_that_no_radius_has_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RotationInvariantOneLayer.Optimum(20, 5, 1, 0.9));
        Assert.Throws<ArgumentOutOfRangeException>(() => RotationInvariantOneLayer.Optimum(20, 5, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RotationInvariantOneLayer.Gamma(20, 5, 0));
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
