using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class PreconditionedGradientDescentNoiseTests
{
    [Theory]
    [InlineData(0.25)]
    [InlineData(3)]
    public void One_layer_is_the_one_layer_optimum(double s)
    {
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.Optimum(20, 5, 1, s);
        Assert.Equal(20 / (26 + s), optimum.StepSizes[0], 1e-12);
        Assert.Equal(5 * (6 + s) / (26 + s), optimum.Loss, 1e-13);
        Assert.Equal(optimum.Loss, PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, 1, s).Loss, 1e-13);
        Assert.Equal(optimum.Loss, PreconditionedGradientDescentFloor.PolynomialBound(20, 5, 1, s), 1e-13);
    }

    [Fact]
    public void Without_noise_nothing_has_changed_and_a_trace_of_noise_changes_a_trace()
    {
        for (int layers = 1; layers <= 4; layers++)
        {
            PreconditionedGradientDescentOptimum clean = PreconditionedGradientDescentFloor.Optimum(20, 5, layers);
            PreconditionedGradientDescentOptimum trace = PreconditionedGradientDescentFloor.Optimum(20, 5, layers, 1e-9);
            Assert.Equal(clean.Loss, PreconditionedGradientDescentFloor.PolynomialBound(20, 5, layers, 0), 1e-14);
            Assert.Equal(clean.Loss, trace.Loss, 1e-8);
            for (int k = 0; k < layers; k++)
                Assert.Equal(clean.StepSizes[k], trace.StepSizes[k], 1e-7);
            Assert.Equal(
                PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, layers).Loss,
                PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, layers, 1e-9).Loss,
                1e-8);
        }

        Assert.Equal(0.268342, PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, 3, 0).Loss, 0.5e-6);
    }

    [Theory]
    [InlineData(5, 2, 0.49)]
    [InlineData(2, 3, 1.44)]
    public void A_million_simulated_prompts_have_this_loss(int N, int d, double s)
    {
        double[] steps = [0.3, 0.5], variances = [.. new[] { 1, 0.25, 4 }.Take(d)];
        PromptSimulation simulation = new(
            N,
            Dense.Scaled(1, [.. variances.Select(Math.Sqrt)]),
            Dense.Scaled(1, [.. variances.Select(v => 1 / Math.Sqrt(v))]),
            seed: 5)
        { Deviation = _ => Math.Sqrt(s) };
        simulation.Losses(1_000_000, PromptSimulation.Layers([-0.3, -0.5], [0, 0], variances))
            .AssertMean(PreconditionedGradientDescentFloor.Loss(N, d, steps, s), relativeStandardError: 0.01);
    }

    [Fact]
    public void Simulated_prompts_with_another_task_covariance_have_the_loss_of_scaled_noise()
    {
        // w ~ N(0, Ψ): v = tr ΣΨ/d, loss v · loss(s/v).
        const int N = 5;
        const double s = 0.49, v = (1 * 2 + 0.25 * 3) / 2;
        double[] variances = [1, 0.25];
        PromptSimulation simulation = new(
            N, Dense.Scaled(1, 1, 0.5), Dense.Scaled(1, Math.Sqrt(2), Math.Sqrt(3)), seed: 6)
        { Deviation = _ => Math.Sqrt(s) };
        simulation.Losses(1_000_000, PromptSimulation.Layers([-0.3, -0.5], [0, 0], variances))
            .AssertMean(v * PreconditionedGradientDescentFloor.Loss(N, 2, [0.3, 0.5], s / v), relativeStandardError: 0.01);
    }

    [Theory]
    [InlineData(20, 5, 3, 0.25, true)]
    [InlineData(20, 5, 4, 1, true)]
    [InlineData(20, 5, 5, 1, false)]
    [InlineData(20, 5, 3, 3, false)]
    [InlineData(20, 5, 6, 8, false)]
    [InlineData(3, 5, 4, 0.5, true)]
    [InlineData(3, 5, 4, 10, false)]
    public void No_small_change_of_steps_helps_and_the_bound_is_met_where_its_roots_are_real(int N, int d, int layers, double s, bool met)
    {
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.Optimum(N, d, layers, s);
        double bound = PreconditionedGradientDescentFloor.PolynomialBound(N, d, layers, s);
        Assert.Equal(met, optimum.Loss - bound < 1e-12);
        Assert.True(bound > RidgeFloor.Best(N, d, s).Loss);
        Assert.InRange(optimum.ErrorEstimate, 0, 1e-13);
        Assert.True(optimum.Loss <= PreconditionedGradientDescentFloor.ConstantStepOptimum(N, d, layers, s).Loss + 1e-13);

        System.Random random = new(1);
        for (int change = 0; change < 200; change++)
        {
            double[] changed = [.. optimum.StepSizes.Select(a => a * (1 + 0.01 * Gaussian.Number(random)))];
            Assert.True(PreconditionedGradientDescentFloor.Loss(N, d, changed, s) > optimum.Loss - 1e-12);
        }
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 3)]
    [InlineData(5, 10)]
    public void A_descent_by_one_step_at_a_time_from_anywhere_ends_no_lower(int layers, double s)
    {
        // The loss is quadratic in each step size: three values give its least point.
        double least = PreconditionedGradientDescentFloor.Optimum(20, 5, layers, s).Loss;
        System.Random random = new(2);
        for (int start = 0; start < 4; start++)
        {
            double[] a = [.. Enumerable.Range(0, layers).Select(_ => 2 * random.NextDouble() - 0.3)];
            double loss = Loss(a);
            for (int sweep = 0; sweep < 50; sweep++)
            {
                for (int k = 0; k < layers; k++)
                {
                    double middle = a[k];
                    a[k] = middle + 0.5;
                    double right = Loss(a);
                    a[k] = middle - 0.5;
                    double left = Loss(a);
                    a[k] = middle - (right - left) / (4 * (right + left - 2 * loss));
                    loss = Loss(a);
                }
            }

            Assert.True(loss > least - 1e-12);
        }

        double Loss(double[] steps) => PreconditionedGradientDescentFloor.Loss(20, 5, steps, s);
    }

    [Theory]
    [InlineData(0.25)]
    [InlineData(8)]
    public void The_constant_step_is_the_best_one_and_many_layers_come_near_the_best_ridge_penalty(double s)
    {
        PreconditionedGradientDescentOptimum constant = PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, 4, s);
        for (double a = 0.01; a < 3; a += 0.01)
            Assert.True(PreconditionedGradientDescentFloor.Loss(20, 5, [a, a, a, a], s) > constant.Loss - 1e-13);
        double ridge = RidgeFloor.Best(20, 5, s).Loss;
        Assert.Equal(ridge, PreconditionedGradientDescentFloor.PolynomialBound(20, 5, 40, s), 2e-3 * ridge);
    }

    [Fact]
    public void Noise_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PreconditionedGradientDescentFloor.Optimum(20, 5, 2, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PreconditionedGradientDescentFloor.Loss(20, 5, [1], double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, 2, double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => PreconditionedGradientDescentFloor.PolynomialBound(20, 5, 0, 1));
    }
}
