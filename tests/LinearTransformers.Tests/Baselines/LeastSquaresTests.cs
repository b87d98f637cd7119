using FsCheck.Xunit;
using LinearTransformers.Baselines;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Baselines;

public class LeastSquaresTests
{
    [Property(MaxTest = 150)]
    public void Ridge_regression_is_the_solution_of_the_dual_problem_of_each_prompt(int seed)
    {
        RegressionProblem problem = new(seed);
        double penalty = 0.001 + problem.Random.NextDouble();
        double[,] identity = Dense.Scaled(1, [.. Enumerable.Repeat(1.0, problem.Dimension)]);
        foreach (Covariance? covariance in new[] { null, problem.Covariance })
        {
            double[,] inverse = covariance is null ? identity : problem.InverseCovariance;
            double expected = TokenRegression.Loss(
                problem.Z, problem.Y, problem.Dimension, (x, y) => TokenRegression.Ridge(x, y, penalty, inverse));
            Assert.Equal(expected, new LeastSquares<double>(problem.Dimension, covariance).RidgeLoss(penalty, problem.Statistics),
                1e-10 * (1 + expected));
            Assert.Equal(expected, new LeastSquares<float>(problem.Dimension, covariance).RidgeLoss(penalty, problem.SingleStatistics),
                1e-2 * (1 + expected));
        }
    }

    [Property(MaxTest = 100)]
    public void Least_squares_has_the_least_norm_where_examples_are_few(int seed)
    {
        // Without a penalty the dual solution has the least norm of all w that fit N ≤ d examples; d − 3 ≤ N ≤ d − 1 keeps them apart.
        RegressionProblem problem = new(seed, d => Math.Max(1, d - 1 - (Math.Abs(seed % 3))));
        if (problem.Dimension == 1)
        {
            return;
        }

        foreach (Covariance? covariance in new[] { null, problem.Covariance })
        {
            double[,] inverse = covariance is null ? Dense.Scaled(1, [.. Enumerable.Repeat(1.0, problem.Dimension)])
                : problem.InverseCovariance;
            double expected = TokenRegression.Loss(
                problem.Z, problem.Y, problem.Dimension, (x, y) => TokenRegression.Ridge(x, y, 0, inverse));

            // Residuals of ill-conditioned prompts are as large as their roundings: squared, both grow alike.
            Assert.Equal(1, new LeastSquares<double>(problem.Dimension, covariance).Loss(problem.Statistics) / expected, 1e-6);
        }
    }

    [Property(MaxTest = 100)]
    public void Ridge_regression_tends_to_least_squares_as_the_penalty_goes(int seed)
    {
        // From more examples than dimensions, and from fewer; not from about as many, which are ill-conditioned.
        RegressionProblem problem = new(seed, d => seed % 2 == 0 || d == 1 ? (2 * d) + 3 : d / 2);
        LeastSquares<double> regression = new(problem.Dimension, problem.Covariance);
        double limit = regression.Loss(problem.Statistics);
        double[] losses = regression.RidgeLosses([1e-3, 1e-6, 1e-9, 1e-12, 0], problem.Statistics);
        double[] distances = [.. losses.Select(loss => Math.Abs(loss - limit))];
        Assert.Equal(0, distances[4]);
        Assert.InRange(distances[3], 0, 1e-4 * (1e-3 + distances[0] + limit));
        Assert.InRange(distances[2], 0, 1e-2 * (1e-3 + distances[0] + limit));
    }

    [Fact]
    public void With_noise_the_best_ridge_regression_is_that_of_Bayes()
    {
        // w ~ N(0, I) and labels with noise of variance σ²: the penalty σ²/N, and the loss E Σ σ²/(N λ + σ²) over the eigenvalues of G.
        const int BatchSize = 40_000;
        const int N = 6;
        const double NoiseVariance = 0.5;
        float[] normals = new float[BatchSize * ((3 * (N + 2)) + N)];
        new TorchStream(6).FillNormal(normals, 0, 1);
        int next = 0;
        double[] z = new double[BatchSize * (N + 1) * 4];
        double[] y = new double[BatchSize];
        double exact = 0;
        for (int b = 0; b < BatchSize; b++)
        {
            double[] w = [normals[next++], normals[next++], normals[next++]];
            double[,] posterior = Dense.Scaled(NoiseVariance, 1, 1, 1);
            for (int n = 0; n <= N; n++)
            {
                Span<double> token = z.AsSpan(((b * (N + 1)) + n) * 4, 4);
                double label = 0;
                for (int i = 0; i < 3; i++)
                {
                    token[i] = normals[next++];
                    label += w[i] * token[i];
                }

                if (n == N)
                {
                    y[b] = label;
                    continue;
                }

                token[3] = label + (Math.Sqrt(NoiseVariance) * normals[next++]);
                for (int i = 0; i < 9; i++)
                {
                    posterior[i / 3, i % 3] += token[i / 3] * token[i % 3];
                }
            }

            exact += SymmetricEigenvalues.Of(posterior).Sum(value => NoiseVariance / value) / BatchSize;
        }

        GramStatistics<double> statistics = GramStatistics<double>.FromTokens(z, y, 3);
        QueryErrors bayes = new RidgeRegression { Penalty = NoiseVariance / N }.Evaluate(statistics, 1)[0];
        Assert.InRange(bayes.StandardError, 0, 0.02 * exact);
        Assert.InRange(exact, bayes.Loss - (5 * bayes.StandardError), bayes.Loss + (5 * bayes.StandardError));
        RidgeRegression tuned = (RidgeRegression)new RidgeRegression().Tuned(statistics, 1);
        Assert.InRange(tuned.Evaluate(statistics, 1)[0].Loss, 0, bayes.Loss);
        Assert.Equal(NoiseVariance / N, tuned.Penalty!.Value, 0.1 * NoiseVariance / N);
    }

    [Fact]
    public void Without_noise_the_best_penalty_is_none()
        => Assert.Equal(new RidgeRegression { Penalty = 0 }, new RidgeRegression().Tuned(Statistics<double>(500, 20), 1));

    [Fact]
    public void Least_squares_is_where_gradient_descent_ends()
    {
        // 10,000 steps where eigenvalues are at least a few hundredths of the largest.
        RegressionProblem problem = new(3, _ => 60);
        double limit = new LeastSquares<double>(problem.Dimension).Loss(problem.Statistics);
        Assert.Equal(limit, new GradientDescent<double>(problem.Dimension).Loss(0.5, 10_000, problem.Statistics), 1e-10 * limit);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        using WorkerTeam team = new(threads);
        GramStatistics<float> statistics = Statistics<float>(2345, 6);
        Assert.Equal(
            new LeastSquares<float>(5).RidgeLosses([0, 0.1], statistics),
            new LeastSquares<float>(5, null, team).RidgeLosses([0, 0.1], statistics));
    }

    [Fact]
    public void A_prompt_s_rank_is_decided_by_the_tolerance()
    {
        // Eigenvalues 1 and 1e-6 of G; w = (1, 1), query (0, 1).
        double[] z = [Math.Sqrt(2), 0, Math.Sqrt(2), 0, Math.Sqrt(2e-6), Math.Sqrt(2e-6), 0, 1, 0];
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens(z, [1], 2);
        Assert.Equal(0, new LeastSquares<double>(2).Loss(statistics), 1e-12);
        Assert.Equal(0, new LeastSquares<double>(2) { RankTolerance = 0.9e-6 }.Loss(statistics), 1e-12);
        Assert.Equal(1, new LeastSquares<double>(2) { RankTolerance = 1.1e-6 }.Loss(statistics), 1e-12);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        LeastSquares<float> regression = new(5);
        Assert.Contains("dimension 3", Assert.Throws<ArgumentException>(() => regression.Loss(new GramStatistics<float>(4, 3))).Message);
        Assert.Contains("penalty is -1",
            Assert.Throws<ArgumentException>(() => regression.RidgeLoss(-1, new GramStatistics<float>(4, 5))).Message);
        Assert.Contains("covariance of dimension 2",
            Assert.Throws<ArgumentException>(() => new LeastSquares<float>(5, new([1, 0, 0, 1], [1, 1]))).Message);
        Assert.Throws<NotSupportedException>(() => new LeastSquares<int>(5));
    }

    private static GramStatistics<T> Statistics<T>(int batchSize, int contextLength)
        where T : unmanaged
    {
        PromptBatch batch = new(new() { BatchSize = batchSize, ContextLength = contextLength, Dimension = 5 });
        batch.Draw(new TorchStream(8));
        GramStatistics<T> statistics = new(batchSize, 5);
        statistics.Compute(batch);
        return statistics;
    }
}
