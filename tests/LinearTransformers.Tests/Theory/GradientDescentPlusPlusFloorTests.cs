using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class GradientDescentPlusPlusFloorTests
{
    [Fact]
    public void One_layer_is_theorem_one()
    {
        GradientDescentPlusPlusOptimum optimum = GradientDescentPlusPlusFloor.Optimum(20, 5, 1);
        Assert.Equal(15.0 / 13, optimum.Loss, 1e-14);
        Assert.Equal(-20.0 / 26, optimum.QueryScales[0], 1e-7);
        Assert.Empty(optimum.ValueScales);
    }

    [Fact]
    public void Two_layers_come_within_a_percent_of_the_loss_fitted_to_samples()
    {
        GradientDescentPlusPlusOptimum optimum = GradientDescentPlusPlusFloor.Optimum(20, 5, 2);
        Assert.Equal(0.0578, optimum.Loss, 0.01 * 0.0578);
        Assert.Equal(optimum.Finalists, optimum.FinalistsAtOptimum);
    }

    [Fact]
    public void Three_layers_reach_a_point_that_no_small_step_improves()
    {
        GradientDescentPlusPlusOptimum optimum = GradientDescentPlusPlusFloor.Optimum(20, 5, 3);
        Assert.Equal(9.613106619461e-4, optimum.Loss, 1e-15);
        Assert.InRange(optimum.ErrorEstimate, 0, 1e-16);
        Assert.Equal(optimum.Finalists, optimum.FinalistsAtOptimum);

        double[] a = [.. optimum.QueryScales], b = [.. optimum.ValueScales];
        for (int i = 0; i < a.Length + b.Length; i++)
        {
            foreach (double factor in (double[])[0.999, 1.001])
            {
                ref double changed = ref i < a.Length ? ref a[i] : ref b[i - a.Length];
                double kept = changed;
                changed *= factor;
                Assert.True(GradientDescentPlusPlusFloor.Loss(20, 5, a, b) > optimum.Loss);
                changed = kept;
            }
        }
    }

    [Fact]
    public void More_layers_and_more_examples_help()
    {
        Assert.True(GradientDescentPlusPlusFloor.Optimum(20, 5, 4).Loss < 2e-5);
        Assert.True(GradientDescentPlusPlusFloor.Optimum(10, 5, 3).Loss > GradientDescentPlusPlusFloor.Optimum(12, 5, 3).Loss);
    }

    [Fact]
    public void With_fewer_examples_than_dimensions_least_squares_is_a_floor()
    {
        Assert.InRange(GradientDescentPlusPlusFloor.Optimum(2, 5, 3).Loss, 3, 3.1);
        Assert.InRange(GradientDescentPlusPlusFloor.Optimum(4, 5, 3).Loss, 1, 1.4);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 0.25, 4)]
    public void The_model_in_token_space_has_this_loss_for_any_covariance(double s0, double s1, double s2)
    {
        // x ~ N(0,Σ), w ~ N(0,Σ⁻¹), Q̂ = a Σ⁻¹, P̂ = b I, scales mild enough for a mean over samples to settle.
        const int N = 6, d = 3, samples = 60_000;
        double[] a = [-0.35, -0.6, -0.5], b = [0.5, 0.3];
        double[] sigma = [s0, s1, s2];
        (double[,], double[,])[] layers = new (double[,], double[,])[3];
        for (int k = 0; k < 3; k++)
        {
            layers[k] = (
                Dense.Scaled(k < 2 ? b[k] : 7.0, 1, 1, 1),
                Dense.Scaled(a[k], 1 / s0, 1 / s1, 1 / s2));
        }

        System.Random random = new(2);
        Sample loss = new();
        for (int s = 0; s < samples; s++)
        {
            double[,] X = Gaussian.Matrix(random, N, d);
            double[] w = Gaussian.Vector(random, d);
            double[] query = Gaussian.Vector(random, d);
            for (int j = 0; j < d; j++)
            {
                for (int i = 0; i < N; i++)
                    X[i, j] *= Math.Sqrt(sigma[j]);
                query[j] *= Math.Sqrt(sigma[j]);
                w[j] /= Math.Sqrt(sigma[j]);
            }

            double residual = TokenSpaceTransformer.Residual(X, w, query, layers);
            loss.Add(residual * residual);
        }

        loss.AssertMean(GradientDescentPlusPlusFloor.Loss(N, d, a, b), relativeStandardError: 0.02);
    }

    [Fact]
    public void Over_a_sample_three_layers_reach_the_scales_and_the_loss_fitted_elsewhere()
    {
        // DESIGN §2.5, from another sample: a = (−.378, −2.406, −9.61), b = (.9065, .5656), loss 6.7e-4.
        GradientDescentPlusPlusOptimum optimum = GradientDescentPlusPlusFloor.SampledOptimum(20, 5, 3, 100_000, 1);
        double[] a = [-0.378, -2.406, -9.61], b = [0.9065, 0.5656];
        for (int k = 0; k < 3; k++)
            Assert.Equal(a[k], optimum.QueryScales[k], 0.01 * Math.Abs(a[k]));
        for (int k = 0; k < 2; k++)
            Assert.Equal(b[k], optimum.ValueScales[k], 0.01 * b[k]);
        Assert.Equal(6.7e-4, optimum.Loss, 0.03 * 6.7e-4);
        Assert.InRange(optimum.ErrorEstimate, 0, 0.03 * 6.7e-4);
    }

    [Fact]
    public void The_sampled_optimum_pays_for_its_luck_in_exact_expectation()
    {
        GradientDescentPlusPlusOptimum exact = GradientDescentPlusPlusFloor.Optimum(20, 5, 3);
        GradientDescentPlusPlusOptimum sampled = GradientDescentPlusPlusFloor.SampledOptimum(20, 5, 3, 100_000, 1);
        Assert.True(sampled.Loss < 0.8 * exact.Loss);
        Assert.True(GradientDescentPlusPlusFloor.Loss(20, 5, [.. sampled.QueryScales], [.. sampled.ValueScales]) > 10 * exact.Loss);
    }

    [Fact]
    public void A_rule_of_too_low_a_degree_is_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(
            () => GradientDescentPlusPlusFloor.Loss(WishartQuadrature.ForDegree(20, 5, 8), [-1, -1, -1], [0, 0]));

    [Fact]
    public void Sizes_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescentPlusPlusFloor.Optimum(20, 5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => GradientDescentPlusPlusFloor.Optimum(20, 5, GradientDescentPlusPlusFloor.MaxLayers + 1));
        Assert.Throws<ArgumentException>(() => GradientDescentPlusPlusFloor.Loss(20, 5, [-1, -1, -1], [1]));
    }

    [Fact]
    public void A_search_that_is_asked_to_stop_does()
    {
        CancellationToken stopped = new(canceled: true);
        Assert.Throws<OperationCanceledException>(() => GradientDescentPlusPlusFloor.Optimum(20, 5, 3, stopped));
        Assert.Throws<OperationCanceledException>(() => GradientDescentPlusPlusFloor.SampledOptimum(20, 5, 3, 1000, seed: 0, stopped));
        Assert.Throws<OperationCanceledException>(() => WishartQuadrature.FromSample(20, 5, 26, 1000, seed: 0, stopped));
    }
}
