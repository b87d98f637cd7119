using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class PreconditionedGradientDescentFloorTests
{
    // DESIGN §2.5: four digits of the step sizes, six of the losses.
    [Theory]
    [InlineData(1.153846, new[] { 0.7692 })]
    [InlineData(0.361240, new[] { 0.5154, 1.2496 })]
    [InlineData(0.133608, new[] { 0.4224, 0.6891, 1.7142 })]
    [InlineData(0.054953, new[] { 0.3621, 0.5205, 0.8890, 2.1388 })]
    public void The_table_of_the_design_is_reproduced_to_every_digit(double loss, double[] stepSizes)
    {
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.Optimum(20, 5, stepSizes.Length);
        Assert.Equal(loss, optimum.Loss, 0.5e-6);
        Assert.InRange(optimum.ErrorEstimate, 0, 1e-14);
        for (int k = 0; k < stepSizes.Length; k++)
            Assert.Equal(stepSizes[k], optimum.StepSizes[k], 0.5e-4);
    }

    [Theory]
    [InlineData(1, 1.153846)]
    [InlineData(2, 0.499007)]
    [InlineData(3, 0.268342)]
    [InlineData(4, 0.163253)]
    public void The_best_constant_steps_of_the_design_are_reproduced_to_every_digit(int layers, double loss)
    {
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, layers);
        Assert.Equal(loss, optimum.Loss, 0.5e-6);
        Assert.InRange(optimum.ErrorEstimate, 0, 1e-14);
        Assert.All(optimum.StepSizes, a => Assert.Equal(optimum.StepSizes[0], a));
    }

    [Theory]
    [InlineData(1, 5, 1)]
    [InlineData(3, 5, 3)]
    [InlineData(7, 5, 6)]
    [InlineData(1, 1, 6)]
    [InlineData(4, 9, 6)]
    [InlineData(30, 20, 6)]
    public void Steps_are_positive_and_distinct_and_no_small_change_of_one_helps(int N, int d, int layers)
    {
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.Optimum(N, d, layers);
        Assert.True(optimum.Loss > LeastSquaresFloor.Loss(N, d));
        Assert.InRange(optimum.ErrorEstimate, 0, 1e-11 * optimum.Loss);
        for (int k = 0; k < layers; k++)
        {
            Assert.True(optimum.StepSizes[k] > (k == 0 ? 0 : optimum.StepSizes[k - 1]));
            double[] changed = [.. optimum.StepSizes];
            changed[k] *= 1.0001;
            Assert.True(PreconditionedGradientDescentFloor.Loss(N, d, changed) > optimum.Loss);
            changed[k] = optimum.StepSizes[k] * 0.9999;
            Assert.True(PreconditionedGradientDescentFloor.Loss(N, d, changed) > optimum.Loss);
        }
    }

    [Fact]
    public void More_layers_help_and_fewer_freedoms_do_not()
    {
        for (int layers = 2; layers <= 6; layers++)
        {
            PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.Optimum(20, 5, layers);
            Assert.True(optimum.Loss < PreconditionedGradientDescentFloor.Optimum(20, 5, layers - 1).Loss);
            Assert.True(optimum.Loss < PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, layers).Loss);
        }
    }

    [Fact]
    public void The_order_of_the_layers_does_not_matter_and_gradient_descent_plus_plus_without_P_is_the_same_model()
    {
        double loss = PreconditionedGradientDescentFloor.Loss(20, 5, [0.4, 0.7, 1.7]);
        Assert.Equal(loss, PreconditionedGradientDescentFloor.Loss(20, 5, [1.7, 0.4, 0.7]), 1e-15);
        Assert.Equal(loss, GradientDescentPlusPlusFloor.Loss(20, 5, [-0.4, -0.7, -1.7], [0, 0]), 1e-15);
    }

    [Theory]
    [InlineData(6, 3)]
    [InlineData(2, 3)]
    public void The_model_in_token_space_has_this_loss(int N, int d)
    {
        const int samples = 60_000;
        PreconditionedGradientDescentOptimum optimum = PreconditionedGradientDescentFloor.Optimum(N, d, 2);
        double[] sigma = [1, 0.25, 4];
        (double[,], double[,])[] layers = optimum.StepSizes
            .Select(a => (new double[d, d], Dense.Scaled(-a, 1 / sigma[0], 1 / sigma[1], 1 / sigma[2])))
            .ToArray();
        System.Random random = new(3);
        Sample sample = new();
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
            sample.Add(residual * residual);
        }

        sample.AssertMean(optimum.Loss, relativeStandardError: 0.03);
    }

    [Fact]
    public void Sizes_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PreconditionedGradientDescentFloor.Optimum(20, 5, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => PreconditionedGradientDescentFloor.Optimum(0, 5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PreconditionedGradientDescentFloor.ConstantStepOptimum(20, 5, 61));
    }
}
