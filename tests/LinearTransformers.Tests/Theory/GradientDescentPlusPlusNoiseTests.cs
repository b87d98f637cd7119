using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class GradientDescentPlusPlusNoiseTests
{
    [Fact]
    public void One_layer_is_the_one_layer_optimum()
    {
        GradientDescentPlusPlusOptimum optimum = GradientDescentPlusPlusFloor.Optimum(20, 5, 1, 0.25);
        Assert.Equal(5 * 6.25 / 26.25, optimum.Loss, 1e-13);
        Assert.Equal(-20 / 26.25, optimum.QueryScales[0], 1e-7);
    }

    [Fact]
    public void Without_noise_nothing_has_changed()
    {
        GradientDescentPlusPlusOptimum clean = GradientDescentPlusPlusFloor.Optimum(20, 5, 2);
        GradientDescentPlusPlusOptimum zero = GradientDescentPlusPlusFloor.Optimum(20, 5, 2, noiseVariance: 0);
        Assert.Equal(clean.Loss, zero.Loss);
        Assert.Equal(clean.QueryScales, zero.QueryScales);
        Assert.Equal(clean.ValueScales, zero.ValueScales);
    }

    [Fact]
    public void A_million_simulated_prompts_have_this_loss()
    {
        const int N = 6;
        double[] a = [-0.35, -0.6, -0.5], b = [0.5, 0.3, 0], variances = [1, 0.25];
        PromptSimulation simulation = new(N, Dense.Scaled(1, 1, 0.5), Dense.Scaled(1, 1, 2), seed: 4) { Deviation = _ => 0.8 };
        simulation.Losses(1_000_000, PromptSimulation.Layers(a, b, variances))
            .AssertMean(GradientDescentPlusPlusFloor.Loss(N, 2, a, b, 0.64), relativeStandardError: 0.01);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(4)]
    public void Steps_alone_are_one_of_its_cases_and_the_best_ridge_penalty_is_a_bound(double s)
    {
        GradientDescentPlusPlusOptimum optimum = GradientDescentPlusPlusFloor.Optimum(20, 5, 3, s);
        Assert.Equal(optimum.Finalists, optimum.FinalistsAtOptimum);
        Assert.InRange(optimum.ErrorEstimate, 0, 1e-13);
        Assert.True(optimum.Loss < PreconditionedGradientDescentFloor.Optimum(20, 5, 3, s).Loss);
        Assert.True(optimum.Loss > RidgeFloor.Best(20, 5, s).Loss);
        Assert.Equal(
            PreconditionedGradientDescentFloor.Loss(20, 5, [0.4, 0.7, 1.7], s),
            GradientDescentPlusPlusFloor.Loss(20, 5, [-0.4, -0.7, -1.7], [0, 0], s),
            1e-14);
    }

    // Linear transformers are versatile in-context learners, arXiv 2402.14180, Table 1: d = 10, N = 20, half of the loss less half of
    // Bayes', GD++ models of seven layers; scored on 100,000 prompts, and trained from five seeds. U_s: σ uniform on (0, s).
    [Theory]
    [InlineData(2, 0.066)]
    [InlineData(3, 0.161)]
    [InlineData(7, 0.530)]
    public void Three_layers_with_noise_come_as_near_to_bayes_as_published_models(double largest, double published)
    {
        NoiseLevels noise = NoiseLevels.Uniform(largest);
        GradientDescentPlusPlusOptimum optimum = GradientDescentPlusPlusFloor.Optimum(20, 10, 3, noise.MeanSquare);
        Assert.Equal(published, (optimum.Loss - RidgeFloor.Bayes(20, 10, noise).Loss) / 2, 0.006);
    }

    [Fact]
    public void Over_a_sample_the_optimum_is_near_the_exact_one_where_noise_keeps_the_scales_small()
    {
        GradientDescentPlusPlusOptimum exact = GradientDescentPlusPlusFloor.Optimum(20, 5, 3, 4);
        GradientDescentPlusPlusOptimum sampled = GradientDescentPlusPlusFloor.SampledOptimum(20, 5, 3, 100_000, 1, 4);
        Assert.Equal(exact.Loss, sampled.Loss, 0.01 * exact.Loss);
        Assert.InRange(sampled.ErrorEstimate, 0, 0.01 * exact.Loss);
    }

    [Fact]
    public void Noise_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescentPlusPlusFloor.Optimum(20, 5, 2, -1.0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescentPlusPlusFloor.SampledOptimum(20, 5, 2, 100, 1, double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescentPlusPlusFloor.Loss(20, 5, [-1], [], -1));
    }
}
