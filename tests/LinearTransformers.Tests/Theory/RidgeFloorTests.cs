using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Theory;

public class RidgeFloorTests
{
    [Theory]
    [InlineData(4, 0.3, 0.5)]
    [InlineData(2, 0.05, 0.5)]
    [InlineData(1, 0.4, 0.9)]
    public void A_million_simulated_prompts_have_this_loss(int N, double penalty, double deviation)
    {
        PromptSimulation simulation = new(N, Dense.Scaled(1, 1, 1), Dense.Scaled(1, 1, 1), seed: 7) { Deviation = _ => deviation };
        simulation.Losses(1_000_000, Ridge(_ => penalty))
            .AssertMean(RidgeFloor.Loss(N, 2, penalty, deviation * deviation).Loss, relativeStandardError: 0.02);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_million_simulated_prompts_whose_noise_is_known_have_the_loss_of_bayes(bool uniform)
    {
        const int N = 3;
        double[] values = [0, 1, 3];
        PromptSimulation simulation = new(N, Dense.Scaled(1, 1, 1), Dense.Scaled(1, 1, 1), seed: 9)
        {
            Deviation = random => uniform ? 2 * random.NextDouble() : values[random.Next(3)],
        };
        RidgeLoss exact = RidgeFloor.Bayes(N, 2, uniform ? NoiseLevels.Uniform(2) : NoiseLevels.Values(values));
        Assert.InRange(exact.ErrorEstimate, 0, 1e-13);
        simulation.Losses(1_000_000, Ridge(deviation => deviation * deviation / N)).AssertMean(exact.Loss, relativeStandardError: 0.01);
    }

    [Fact]
    public void The_best_single_penalty_is_the_noise_for_an_example_and_bayes_is_below()
    {
        NoiseLevels noise = NoiseLevels.Uniform(3);
        double s = noise.MeanSquare, best = RidgeFloor.Best(20, 10, s).Loss;
        Assert.Equal(best, RidgeFloor.Loss(20, 10, s / 20, s).Loss, 1e-13);
        foreach (double factor in (double[])[0.5, 0.99, 1.01, 2])
            Assert.True(RidgeFloor.Loss(20, 10, factor * s / 20, s).Loss > best);
        Assert.True(RidgeFloor.Bayes(20, 10, noise).Loss < best);
        Assert.Equal(best, RidgeFloor.Bayes(20, 10, NoiseLevels.Fixed(Math.Sqrt(s))).Loss, 1e-13);
    }

    // Linear transformers are versatile in-context learners, arXiv 2402.14180, Table 1, ridge with one tuned penalty: d = 10, N = 20, half
    // of the loss less half of Bayes', on 100,000 prompts. U_s: σ uniform on (0, s); C135: σ one of 1, 3, 5.
    [Theory]
    [InlineData("U2", 0.066)]
    [InlineData("U3", 0.161)]
    [InlineData("U5", 0.365)]
    [InlineData("U7", 0.530)]
    [InlineData("C135", 0.422)]
    public void One_penalty_costs_as_much_more_than_bayes_as_published(string name, double published)
    {
        NoiseLevels noise = name == "C135" ? NoiseLevels.Values(1, 3, 5) : NoiseLevels.Uniform(name[1] - '0');
        double more = RidgeFloor.Best(20, 10, noise.MeanSquare).Loss - RidgeFloor.Bayes(20, 10, noise).Loss;
        Assert.Equal(published, more / 2, 0.006);
    }

    [Theory]
    [InlineData(20, 5)]
    [InlineData(5, 5)]
    [InlineData(3, 5)]
    public void Without_noise_it_is_least_squares_and_with_endless_noise_nothing_is_known(int N, int d)
    {
        Assert.Equal(LeastSquaresFloor.Loss(N, d), RidgeFloor.Bayes(N, d, NoiseLevels.None).Loss);
        Assert.Equal(LeastSquaresFloor.Loss(N, d), RidgeFloor.Best(N, d, 1e-12).Loss, 1e-4);
        Assert.Equal(d, RidgeFloor.Best(N, d, 1e9).Loss, 1e-6);
        Assert.Equal(LeastSquaresFloor.Loss(N, d, 0.3), RidgeFloor.Loss(N, d, 0, 0.3).Loss);
    }

    [Fact]
    public void A_small_penalty_is_least_squares_on_noisy_labels()
        => Assert.Equal(0.3 * 5 / 14, RidgeFloor.Loss(20, 5, 1e-9, 0.3).Loss, 1e-8);

    [Fact]
    public void Input_that_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RidgeFloor.Best(0, 5, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RidgeFloor.Best(5, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RidgeFloor.Best(5, 5, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RidgeFloor.Loss(5, 5, -1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RidgeFloor.Loss(0, 5, 1, 1));
    }

    /// <summary>(G + ρ)⁻¹ g in two dimensions.</summary>
    private static PromptSimulation.Predictor Ridge(Func<double, double> penalty) => (x, y, query, deviation) =>
    {
        double[] g = PromptSimulation.Correlation(x, y);
        (double a, double b, double c) = (penalty(deviation), 0, penalty(deviation));
        for (int i = 0; i < y.Length; i++)
        {
            a += x[2 * i] * x[2 * i] / y.Length;
            b += x[2 * i] * x[2 * i + 1] / y.Length;
            c += x[2 * i + 1] * x[2 * i + 1] / y.Length;
        }

        return (query[0] * (c * g[0] - b * g[1]) + query[1] * (a * g[1] - b * g[0])) / (a * c - b * b);
    };
}
