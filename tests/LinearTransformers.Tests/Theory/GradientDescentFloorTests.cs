using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class GradientDescentFloorTests
{
    // The covariance of the rotation experiments: D² for D = diag(1, 1, ½, ¼, 1).
    private static readonly double[] Rotated = [1, 1, 0.25, 0.0625, 1];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(6)]
    public void For_the_identity_it_is_preconditioned_gradient_descent(int layers)
    {
        PreconditionedGradientDescentOptimum expected = PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, layers);
        GradientDescentOptimum optimum = GradientDescentFloor.ConstantStepOptimum(20, [1, 1, 1, 1, 1], layers);
        Assert.Equal(expected.Loss, optimum.Loss, 1e-11);
        Assert.Equal(expected.StepSizes[0], optimum.StepSize, 1e-7);
    }

    [Fact]
    public void Without_the_preconditioner_a_rotated_covariance_costs_more()
    {
        for (int layers = 1; layers <= 4; layers++)
        {
            GradientDescentOptimum optimum = GradientDescentFloor.ConstantStepOptimum(20, Rotated, layers);
            Assert.True(optimum.Loss > PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, layers).Loss);
            double[] steps = new double[layers];
            Array.Fill(steps, optimum.StepSize);
            Assert.Equal(optimum.Loss, GradientDescentFloor.Loss(20, Rotated, steps), 1e-12);
            Array.Fill(steps, optimum.StepSize * 1.001);
            Assert.True(GradientDescentFloor.Loss(20, Rotated, steps) > optimum.Loss);
            Array.Fill(steps, optimum.StepSize * 0.999);
            Assert.True(GradientDescentFloor.Loss(20, Rotated, steps) > optimum.Loss);
        }
    }

    [Fact]
    public void Scaling_the_covariance_scales_the_step_and_keeps_the_loss()
    {
        GradientDescentOptimum optimum = GradientDescentFloor.ConstantStepOptimum(20, Rotated, 3);
        GradientDescentOptimum scaled = GradientDescentFloor.ConstantStepOptimum(20, Array.ConvertAll(Rotated, l => 8 * l), 3);
        Assert.Equal(optimum.Loss, scaled.Loss, 1e-11);
        Assert.Equal(optimum.StepSize / 8, scaled.StepSize, 1e-8);
    }

    [Fact]
    public void The_model_in_token_space_has_this_loss()
    {
        const int N = 10, samples = 30_000;
        GradientDescentOptimum optimum = GradientDescentFloor.ConstantStepOptimum(N, Rotated, 2);
        double[,] Q = Dense.Scaled(-optimum.StepSize, 1, 1, 1, 1, 1);
        System.Random random = new(9);
        Sample loss = new();
        for (int s = 0; s < samples; s++)
        {
            double[,] X = Gaussian.Matrix(random, N, 5);
            double[] w = Gaussian.Vector(random, 5);
            double[] query = Gaussian.Vector(random, 5);
            for (int j = 0; j < 5; j++)
            {
                for (int i = 0; i < N; i++)
                    X[i, j] *= Math.Sqrt(Rotated[j]);
                query[j] *= Math.Sqrt(Rotated[j]);
                w[j] /= Math.Sqrt(Rotated[j]);
            }

            double residual = TokenSpaceTransformer.Residual(X, w, query, [(new double[5, 5], Q), (new double[5, 5], Q)]);
            loss.Add(residual * residual);
        }

        loss.AssertMean(optimum.Loss, relativeStandardError: 0.02);
    }

    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(3, 3)]
    [InlineData(4, 25)]
    public void For_the_identity_it_is_preconditioned_gradient_descent_on_noisy_labels_too(int layers, double s)
    {
        PreconditionedGradientDescentOptimum expected = PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, layers, s);
        GradientDescentOptimum optimum = GradientDescentFloor.ConstantStepOptimum(20, [1, 1, 1, 1, 1], layers, s);
        Assert.Equal(expected.Loss, optimum.Loss, 1e-11);
        Assert.Equal(expected.StepSizes[0], optimum.StepSize, 1e-7);
        Assert.Equal(optimum.Loss, GradientDescentFloor.ConstantStepOptimum(20, [1, 1, 1, 1, 1], layers, s, [1, 1, 1, 1, 1]).Loss, 1e-12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_million_simulated_prompts_with_noise_have_this_loss(bool inverseTasks)
    {
        const int N = 5;
        double[] lambda = [1, 0.3], omega = inverseTasks ? [1, 1 / 0.3] : [1, 2], steps = [0.4, 0.9];
        PromptSimulation simulation = new(
            N,
            Dense.Scaled(1, [.. lambda.Select(Math.Sqrt)]),
            Dense.Scaled(1, [.. omega.Select(Math.Sqrt)]),
            seed: 13)
        { Deviation = _ => 0.7 };
        simulation.Losses(1_000_000, PromptSimulation.Layers([-0.4, -0.9], [0, 0], [1, 1])).AssertMean(
            GradientDescentFloor.Loss(N, lambda, steps, 0.49, inverseTasks ? [] : omega), relativeStandardError: 0.01);
    }

    [Fact]
    public void Input_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescentFloor.ConstantStepOptimum(20, Rotated, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescentFloor.ConstantStepOptimum(20, [1, 1], 1, 0, [1, -1]));
        Assert.Throws<ArgumentException>(() => GradientDescentFloor.ConstantStepOptimum(20, [1, 1], 1, 0, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => GradientDescentFloor.ConstantStepOptimum(20, Rotated, GradientDescentFloor.MaxLayers + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescentFloor.ConstantStepOptimum(0, Rotated, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescentFloor.ConstantStepOptimum(20, [1, 0], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientDescentFloor.ConstantStepOptimum(20, [], 1));
    }
}
