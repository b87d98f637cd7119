using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class OneLayerLossTests
{
    private static readonly double[,] Root = { { 1, 0 }, { 0.7, 0.4 } };
    private static readonly double[,] QueryRoot = { { 0.5, 0.2 }, { -0.9, 1 } };
    private static readonly double[,] TaskRoot = { { 0.5, 0 }, { -0.6, 1.1 } };
    private static readonly double[,] Lopsided = { { -0.6, 0.3 }, { -0.1, -0.5 } };

    [Theory]
    [InlineData(5, 3.817)]
    [InlineData(10, 2.041)]
    [InlineData(20, 1.154)]
    [InlineData(80, 0.488)]
    public void The_optimum_of_twenty_examples_has_the_published_losses_on_others(int M, double loss)
    {
        // Covariate shift, arXiv 2306.09927: d = 5, Λ = I, w ~ N(0, I), no noise.
        double[,] identity = Dense.Scaled(1, 1, 1, 1, 1, 1);
        double[,] query = GeneralOneLayer.Optimum(20, identity, identity).Query;
        Assert.Equal(loss, OneLayerLoss.Expected(M, query, identity, identity), 0.5e-3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_million_simulated_prompts_have_this_loss(bool fixedTask)
    {
        const int M = 3;
        const double deviation = 0.7;
        double[] task = [0.8, -1.3];
        PromptSimulation simulation = new(M, Root, TaskRoot, seed: 3)
        {
            QueryRoot = QueryRoot,
            Deviation = _ => deviation,
            Task = fixedTask ? (_, w) => task.CopyTo(w, 0) : null,
        };
        double[,] covariance = Square(Root), queries = Square(QueryRoot);
        double exact = fixedTask
            ? OneLayerLoss.OfTask(M, Lopsided, covariance, task, deviation * deviation, queries)
            : OneLayerLoss.Expected(M, Lopsided, covariance, Square(TaskRoot), deviation * deviation, queries);
        simulation.Losses(1_000_000, PromptSimulation.Layer(Lopsided)).AssertMean(exact, relativeStandardError: 0.004);
    }

    [Fact]
    public void Without_a_layer_the_loss_is_the_variance_of_the_label_and_with_endless_examples_noise_is_gone()
    {
        double[,] covariance = Square(Root);
        Assert.Equal(
            covariance[0, 0] * 4 - 2 * covariance[0, 1] * 2 + covariance[1, 1],
            OneLayerLoss.OfTask(3, new double[2, 2], covariance, [2, -1], 5),
            1e-14);
        double[,] inverse = { { -2, 0 }, { 0, -0.5 } };
        Assert.Equal(0, OneLayerLoss.OfTask(1_000_000_000, inverse, Dense.Scaled(1, 0.5, 2), [2, -1], 5), 1e-7);
    }

    [Fact]
    public void The_loss_over_tasks_is_the_mean_of_the_losses_of_tasks()
    {
        double[,] covariance = Square(Root), moment = { { (4 + 1) / 2.0, (-2 + 3) / 2.0 }, { (-2 + 3) / 2.0, (1 + 9) / 2.0 } };
        double first = OneLayerLoss.OfTask(6, Lopsided, covariance, [2, -1], 0.3);
        double second = OneLayerLoss.OfTask(6, Lopsided, covariance, [1, 3], 0.3);
        Assert.Equal((first + second) / 2, OneLayerLoss.Expected(6, Lopsided, covariance, moment, 0.3), 1e-13);
    }

    [Fact]
    public void Input_that_makes_no_sense_is_refused()
    {
        double[,] covariance = Square(Root);
        Assert.Throws<ArgumentOutOfRangeException>(() => OneLayerLoss.OfTask(0, Lopsided, covariance, [1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => OneLayerLoss.OfTask(1, Lopsided, covariance, [1, 1], -0.1));
        Assert.Throws<ArgumentException>(() => OneLayerLoss.OfTask(1, Lopsided, covariance, [1, 1, 1]));
        Assert.Throws<ArgumentException>(() => OneLayerLoss.OfTask(1, new double[2, 3], covariance, [1, 1]));
        Assert.Throws<ArgumentException>(() => OneLayerLoss.OfTask(1, Lopsided, covariance, [1, 1], 0, new double[3, 3]));
        Assert.Throws<ArgumentException>(() => OneLayerLoss.OfTask(1, new[,] { { double.NaN } }, new[,] { { 1.0 } }, [1]));
    }

    private static double[,] Square(double[,] root) => Dense.Multiply(root, Dense.Transpose(root));
}
