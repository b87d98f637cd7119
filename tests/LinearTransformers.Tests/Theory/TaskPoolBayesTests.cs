using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class TaskPoolBayesTests
{
    private static readonly double[,] Root = { { 1, 0 }, { 0.7, 0.4 } };
    private static readonly double[,] Covariance = Dense.Multiply(Root, Dense.Transpose(Root));
    private static readonly double[,] Pool = { { 1, 0 }, { 0.5, -1 }, { -0.3, 0.8 }, { 0, 2 } };

    [Theory]
    [InlineData(1, 0.9)]
    [InlineData(3, 0.6)]
    public void A_million_simulated_prompts_with_the_predictor_have_the_sampled_loss(int N, double deviation)
    {
        SampledLoss sampled = TaskPoolBayes.Sampled(N, Pool, Covariance, NoiseLevels.Fixed(deviation), 300_000, seed: 1);
        Sample losses = Simulation(N, deviation).Losses(1_000_000, (x, y, query, sigma) =>
        {
            double[,] covariates = new double[N, 2];
            Buffer.BlockCopy(x, 0, covariates, 0, x.Length * sizeof(double));
            double[] mean = TaskPoolBayes.PosteriorMean(Pool, covariates, y, sigma);
            return query[0] * mean[0] + query[1] * mean[1];
        });
        double error = Math.Sqrt(sampled.StandardError * sampled.StandardError + losses.StandardError * losses.StandardError);
        Assert.InRange(error, 0, 0.01 * sampled.Loss);
        Assert.InRange(sampled.Loss, losses.Mean - 4 * error, losses.Mean + 4 * error);
    }

    [Fact]
    public void No_other_temperature_or_linear_rule_does_better()
    {
        const double deviation = 0.6;
        SampledLoss sampled = TaskPoolBayes.Sampled(3, Pool, Covariance, NoiseLevels.Fixed(deviation), 300_000, seed: 1);
        foreach (double factor in (double[])[0.7, 1.5])
        {
            Sample losses = Simulation(3, deviation).Losses(300_000, (x, y, query, sigma) =>
            {
                double[,] covariates = new double[3, 2];
                Buffer.BlockCopy(x, 0, covariates, 0, x.Length * sizeof(double));
                double[] mean = TaskPoolBayes.PosteriorMean(Pool, covariates, y, factor * sigma);
                return query[0] * mean[0] + query[1] * mean[1];
            });
            Assert.True(losses.Mean - 2 * losses.StandardError > sampled.Loss);
        }

        double[,] moment = Dense.Multiply(Dense.Transpose(Pool), Pool);
        double[,] tasks = Dense.Multiply(Dense.Scaled(0.25, 1, 1), moment);
        Assert.True(GeneralOneLayer.Optimum(3, Covariance, tasks, deviation * deviation).Loss > sampled.Loss);
    }

    [Fact]
    public void Two_opposite_tasks_have_the_loss_of_a_signal_in_noise()
    {
        // d = 1, tasks ±1: ŵ = tanh(Σ x y/σ²), of which Σ x y/σ² = h + √h z with h = Σ x²/σ², and N = 2 makes Σ x² exponential.
        const double deviation = 1.5;
        SampledLoss sampled = TaskPoolBayes.Sampled(
            2, new[,] { { 1.0 }, { -1.0 } }, new[,] { { 1.0 } }, NoiseLevels.Fixed(deviation), 200_000, seed: 2);
        double exact = 0;
        const double step = 0.01;
        for (double u = step / 2; u < 40; u += step)
        {
            double h = u / (deviation * deviation);
            for (double z = -8 + step / 2; z < 8; z += step)
            {
                double unknown = 1 / Math.Cosh(h + Math.Sqrt(h) * z);
                exact += step * step * Math.Exp(-u / 2 - z * z / 2) / 2 / Math.Sqrt(2 * Math.PI) * unknown * unknown;
            }
        }

        Assert.InRange(sampled.StandardError, 0, 0.005 * exact);
        Assert.InRange(exact, sampled.Loss - 4 * sampled.StandardError, sampled.Loss + 4 * sampled.StandardError);
    }

    [Fact]
    public void Without_noise_one_example_tells_the_task_and_with_endless_noise_none_does()
    {
        Assert.Equal(0, TaskPoolBayes.Sampled(1, Pool, Covariance, NoiseLevels.None, 1000, seed: 3).Loss);
        Assert.Equal(0, TaskPoolBayes.Sampled(5, Pool, Covariance, NoiseLevels.Fixed(1e-200), 1000, seed: 3).Loss);
        double[] mean = [0.3, 0.45];
        double variance = 0;
        for (int j = 0; j < 4; j++)
        {
            (double a, double b) = (Pool[j, 0] - mean[0], Pool[j, 1] - mean[1]);
            variance += (a * a * Covariance[0, 0] + 2 * a * b * Covariance[0, 1] + b * b * Covariance[1, 1]) / 4;
        }

        Assert.Equal(variance, TaskPoolBayes.Sampled(5, Pool, Covariance, NoiseLevels.Fixed(1e6), 1000, seed: 3).Loss, 1e-6);
    }

    [Fact]
    public void Probabilities_are_those_of_a_softmax_and_do_not_overflow()
    {
        double[] p = TaskPoolBayes.Probabilities([1e6 + 2, 1e6, 1e9], 1);
        Assert.Equal(1 / (1 + Math.E), p[0], 1e-9);
        Assert.Equal(Math.E / (1 + Math.E), p[1], 1e-9);
        Assert.Equal(0, p[2]);
        Assert.Equal([0.5, 0.5, 0], TaskPoolBayes.Probabilities([3, 3, 3.5], 0));
        Assert.Equal([1.0, 0], TaskPoolBayes.Probabilities([3, 3.5], 1e-300));
    }

    [Fact]
    public void Input_that_makes_no_sense_is_refused_and_a_stop_is_heeded()
    {
        Assert.Throws<ArgumentException>(() => TaskPoolBayes.Probabilities([], 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskPoolBayes.Probabilities([1], -1));
        Assert.Throws<ArgumentException>(() => TaskPoolBayes.PosteriorMean(Pool, new double[3, 2], [1, 2], 1));
        Assert.Throws<ArgumentException>(() => TaskPoolBayes.Sampled(3, new double[0, 2], Covariance, NoiseLevels.None, 10, 0));
        Assert.Throws<ArgumentException>(() => TaskPoolBayes.Sampled(3, Pool, new double[3, 3], NoiseLevels.None, 10, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskPoolBayes.Sampled(0, Pool, Covariance, NoiseLevels.None, 10, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TaskPoolBayes.Sampled(3, Pool, Covariance, NoiseLevels.None, 1, 0));
        Assert.Throws<OperationCanceledException>(
            () => TaskPoolBayes.Sampled(3, Pool, Covariance, NoiseLevels.None, 10, 0, new CancellationToken(canceled: true)));
    }

    private static PromptSimulation Simulation(int N, double deviation) => new(N, Root, Root, seed: 12)
    {
        Deviation = _ => deviation,
        Task = static (random, w) =>
        {
            int j = random.Next(4);
            (w[0], w[1]) = (Pool[j, 0], Pool[j, 1]);
        },
    };
}
