using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class GaussianBayesTests
{
    private static readonly double[,] Root = { { 1, 0 }, { 0.7, 0.4 } };
    private static readonly double[,] TaskRoot = { { 0.5, 0 }, { -0.6, 1.1 } };
    private static readonly double[,] Covariance = Dense.Multiply(Root, Dense.Transpose(Root));
    private static readonly double[,] Tasks = Dense.Multiply(TaskRoot, Dense.Transpose(TaskRoot));

    [Theory]
    [InlineData(20, 5, 1)]
    [InlineData(5, 5, 0.5)]
    [InlineData(3, 5, 0.7)]
    [InlineData(3, 5, 0)]
    [InlineData(6, 5, 0)]
    public void For_inverse_tasks_it_is_the_exact_ridge_floor(int N, int d, double deviation)
    {
        double[] sigma = [1, 0.25, 4, 2, 0.5];
        NoiseLevels noise = NoiseLevels.Fixed(deviation);
        SampledLoss sampled = GaussianBayes.Sampled(
            N, Dense.Scaled(1, sigma), Dense.Scaled(1, [.. sigma.Select(s => 1 / s)]), noise, 50_000, seed: 1);
        double exact = RidgeFloor.Bayes(N, d, noise).Loss;
        Assert.InRange(sampled.StandardError, 0, 0.01 * exact);
        Assert.Equal(exact, sampled.Loss, 4 * sampled.StandardError + 1e-12);
    }

    [Theory]
    [InlineData(1, 0.6)]
    [InlineData(4, 0.6)]
    [InlineData(1, 0.001)]
    public void Simulated_prompts_with_the_posterior_mean_have_this_loss(int N, double deviation)
    {
        SampledLoss sampled = GaussianBayes.Sampled(N, Covariance, Tasks, NoiseLevels.Fixed(deviation), 400_000, seed: 2);
        // The posterior mean by way of labels: Cov(w, y) Cov(y)⁻¹ y, through the precision Ψ⁻¹ + XᵀX/σ² of two tasks.
        double determinant = Tasks[0, 0] * Tasks[1, 1] - Tasks[0, 1] * Tasks[1, 0];
        PromptSimulation simulation = new(N, Root, TaskRoot, seed: 11) { Deviation = _ => deviation };
        Sample losses = simulation.Losses(400_000, (x, y, query, _) =>
        {
            double s = deviation * deviation;
            (double a, double b, double c) = (Tasks[1, 1] / determinant, -Tasks[0, 1] / determinant, Tasks[0, 0] / determinant);
            double[] g = PromptSimulation.Correlation(x, y);
            for (int i = 0; i < N; i++)
            {
                a += x[2 * i] * x[2 * i] / s;
                b += x[2 * i] * x[2 * i + 1] / s;
                c += x[2 * i + 1] * x[2 * i + 1] / s;
            }

            return N / s * (query[0] * (c * g[0] - b * g[1]) + query[1] * (a * g[1] - b * g[0])) / (a * c - b * b);
        });
        double error = Math.Sqrt(sampled.StandardError * sampled.StandardError + losses.StandardError * losses.StandardError);
        Assert.InRange(error, 0, 0.01 * sampled.Loss);
        Assert.InRange(sampled.Loss, losses.Mean - 4 * error, losses.Mean + 4 * error);
        Assert.True(sampled.Loss < GeneralOneLayer.Optimum(N, Covariance, Tasks, deviation * deviation).Loss);
    }

    [Fact]
    public void Tasks_and_covariates_of_lower_rank_and_no_noise_are_taken_as_they_are()
    {
        // One direction of tasks is known from one example.
        double[,] single = { { 1, 2 }, { 2, 4 } };
        Assert.Equal(0, GaussianBayes.Sampled(1, Covariance, single, NoiseLevels.None, 100, seed: 3).Loss, 1e-12);
        Assert.Equal(0, GaussianBayes.Sampled(5, Covariance, new double[2, 2], NoiseLevels.Fixed(1), 100, seed: 3).Loss);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_one_others()
    {
        SampledLoss first = GaussianBayes.Sampled(3, Covariance, Tasks, NoiseLevels.Uniform(2), 1000, seed: 4);
        Assert.Equal(first, GaussianBayes.Sampled(3, Covariance, Tasks, NoiseLevels.Uniform(2), 1000, seed: 4));
        Assert.NotEqual(first, GaussianBayes.Sampled(3, Covariance, Tasks, NoiseLevels.Uniform(2), 1000, seed: 5));
    }

    [Fact]
    public void Input_that_makes_no_sense_is_refused_and_a_stop_is_heeded()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianBayes.Sampled(0, Covariance, Tasks, NoiseLevels.None, 10, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussianBayes.Sampled(3, Covariance, Tasks, NoiseLevels.None, 1, 0));
        Assert.Throws<ArgumentException>(() => GaussianBayes.Sampled(3, Covariance, new double[3, 3], NoiseLevels.None, 10, 0));
        Assert.Throws<OperationCanceledException>(
            () => GaussianBayes.Sampled(3, Covariance, Tasks, NoiseLevels.None, 10, 0, new CancellationToken(canceled: true)));
    }
}
