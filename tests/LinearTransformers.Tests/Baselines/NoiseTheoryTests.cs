using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;
using LinearTransformers.Tests.Reference;
using LinearTransformers.Tests.Tables;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Baselines;

/// <summary>Losses of regressions with noise, on 100,000 prompts, against exact ones: within four standard errors.</summary>
public class NoiseTheoryTests
{
    private const int Prompts = 100_000;
    private const double StandardErrors = 4;

    [Theory]
    [InlineData(6, 5, "0.5", "")]
    [InlineData(20, 10, "uniform:3", "")]
    [InlineData(5, 5, "uniform:2", "covariance rotated")]
    [InlineData(3, 5, "values:1,3", "covariance rotated")]
    [InlineData(1, 2, "values:0,0.5", "")]
    public void Who_knows_the_noise_has_the_loss_of_Bayes(int contextLength, int dimension, string noise, string options)
    {
        PromptSettings settings = Settings(contextLength, dimension, $"noise {noise} {options}");
        RidgeLoss exact = RidgeFloor.Bayes(contextLength, dimension, Levels(noise));
        GramStatistics<double> statistics = DrawnPrompts.Statistics(settings);
        QueryErrors known = new KnownRidge().Evaluate(statistics, 1, settings.Covariance)[0];
        AssertMean(exact.Loss, known);

        // Of normal tasks it is Bayes by another name, to the bit.
        Assert.Equal(known, new Bayes().Evaluate(statistics, 1, PromptKnowledge.Of(settings))[0]);
    }

    [Theory]
    [InlineData(2, "noise uniform:2 covariance spectrum:2,1,0.5,0.25 task-covariance identity")]
    [InlineData(7, "noise uniform:2 covariance spectrum:2,1,0.5,0.25 task-covariance identity")]
    [InlineData(4, "noise 0.5 covariance rotated task-covariance spectrum:1,3,0.2,0.5")]
    [InlineData(7, "noise values:0.5,2 task-covariance spectrum:1,3,0.2,0.5")]
    [InlineData(2, "noise 0 covariance rotated task-covariance identity")]
    public void Tasks_of_any_covariance_have_the_loss_of_Bayes(int contextLength, string options)
    {
        PromptSettings settings = Settings(contextLength, 4, options);
        double[,] root = ExamplePrompts.Root(settings.Covariance, 4, isInverse: false);
        double[,] taskRoot = ExamplePrompts.Root(settings.TaskCovariance.Of(), 4, isInverse: false);
        SampledLoss bayes = GaussianBayes.Sampled(
            contextLength, Dense.Multiply(root, Dense.Transpose(root)), Dense.Multiply(taskRoot, Dense.Transpose(taskRoot)),
            Levels(options.Split(' ')[1]), Prompts, seed: 1);
        QueryErrors errors = new KnownRidge().Evaluate(DrawnPrompts.Statistics(settings), 1, PromptKnowledge.Of(settings))[0];
        AssertMean(bayes, errors);
    }

    [Fact]
    public void Without_noise_and_examples_enough_nothing_is_lost_whatever_the_covariance_of_tasks()
    {
        PromptSettings settings = Settings(12, 4, "covariance rotated task-covariance spectrum:1,3,0.2,0.5") with { BatchSize = 1000 };
        Assert.InRange(new KnownRidge().Evaluate(Tokens(settings), 1, PromptKnowledge.Of(settings))[0].Loss, 0, 1e-15);
    }

    [Theory]
    [InlineData(6, 5, "uniform:2")]
    [InlineData(20, 10, "values:1,3,5")]
    [InlineData(3, 5, "0.8")]
    public void One_penalty_for_all_prompts_has_its_exact_loss_and_the_best_is_the_mean_square_over_N(
        int contextLength, int dimension, string noise)
    {
        PromptSettings settings = Settings(contextLength, dimension, $"noise {noise}");
        GramStatistics<double> statistics = DrawnPrompts.Statistics(settings);
        double variance = settings.Noise.Variance;
        foreach (double penalty in (double[])[variance / contextLength, 0.3])
        {
            double exact = RidgeFloor.Loss(contextLength, dimension, penalty, variance).Loss;
            AssertMean(exact, new RidgeRegression { Penalty = penalty }.Evaluate(statistics, 1)[0]);
        }

        RidgeRegression tuned = (RidgeRegression)new RidgeRegression().Tuned(statistics, 1);
        Assert.Equal(variance / contextLength, tuned.Penalty!.Value, 0.1 * variance / contextLength);
        AssertMean(RidgeFloor.Best(contextLength, dimension, variance).Loss, tuned.Evaluate(statistics, 1)[0]);
    }

    [Theory]
    [InlineData(20, 5, "uniform:2")]
    [InlineData(30, 10, "1")]
    [InlineData(3, 12, "0.8")]
    public void Least_squares_has_its_exact_loss(int contextLength, int dimension, string noise)
    {
        PromptSettings settings = Settings(contextLength, dimension, $"noise {noise}");
        AssertMean(
            LeastSquaresFloor.Loss(contextLength, dimension, settings.Noise.Variance),
            new LeastSquares().Evaluate(DrawnPrompts.Statistics(settings), 1)[0]);
    }

    [Theory]
    [InlineData(20, 10, 1.5, 1, double.PositiveInfinity)]
    [InlineData(8, 5, 0.7, 1, double.PositiveInfinity)]
    [InlineData(20, 10, 3, 1.25, 8)]
    [InlineData(8, 5, 0.7, 0.5, 0.4)]
    public void An_estimated_noise_has_the_loss_of_its_penalties(
        int contextLength, int dimension, double deviation, double factor, double maximum)
    {
        // Residuals of least squares are independent of what it finds: σ̂² = σ² χ²/(N − d), and the penalty is as good as given.
        int freedom = contextLength - dimension;
        double variance = deviation * deviation;
        (double sum, double weights) = (0, 0);
        const double Width = 0.02;
        for (double root = Width / 2; root < 12; root += Width)
        {
            // By the midpoints of χ, whose density is χ^(freedom − 1) exp(−χ²/2).
            double weight = Math.Pow(root, freedom - 1) * Math.Exp(-root * root / 2);
            double penalty = Math.Min(factor * variance * root * root / freedom, maximum) / contextLength;
            sum += weight * RidgeFloor.Loss(contextLength, dimension, penalty, variance).Loss;
            weights += weight;
        }

        GramStatistics<double> statistics = DrawnPrompts.Statistics(Settings(contextLength, dimension, $"noise {deviation}"));
        Baseline baseline = double.IsInfinity(maximum) ? new AdaptiveRidge() : new TunedRidge { Factor = factor, Maximum = maximum };
        AssertMean(sum / weights, baseline.Evaluate(statistics, 1)[0]);
    }

    [Theory]
    [InlineData(6, 5, 64, "noise 0.5")]
    [InlineData(3, 4, 200, "noise uniform:2 covariance rotated")]
    [InlineData(8, 4, 10, "noise values:0,3 covariance rotated task-covariance spectrum:1,3,0.2,0.5")]
    [InlineData(2, 3, 5, "noise values:0,2 task-covariance identity")]
    public void A_pool_of_tasks_has_the_loss_of_Bayes(int contextLength, int dimension, int tasks, string options)
    {
        PoolTasks pool = new() { Count = tasks, Seed = 2 };
        PromptSettings settings = Settings(contextLength, dimension, options) with { Tasks = pool };
        double[,] root = ExamplePrompts.Root(settings.Covariance, dimension, isInverse: false);
        double[,] taskRoot = settings.TaskCovariance.IsInverse
            ? ExamplePrompts.Root(settings.Covariance, dimension, isInverse: true)
            : ExamplePrompts.Root(settings.TaskCovariance.Of(), dimension, isInverse: false);
        SampledLoss exact = TaskPoolBayes.Sampled(
            contextLength, new ExamplePrompt(taskRoot, [], new double[dimension], 0, root, taskRoot).Pool(pool),
            Dense.Multiply(root, Dense.Transpose(root)), Levels(options.Split(' ')[1]), Prompts, seed: 3);
        GramStatistics<double> statistics = DrawnPrompts.Statistics(settings);
        QueryErrors bayes = new Bayes().Evaluate(statistics, 1, PromptKnowledge.Of(settings))[0];
        AssertMean(exact, bayes);

        // Who takes the tasks for normal ones loses more.
        Assert.True(new KnownRidge().Evaluate(statistics, 1, PromptKnowledge.Of(settings))[0].Loss > bayes.Loss);
    }

    [Fact]
    public void Estimated_noise_is_between_the_known_and_the_best_single_one()
    {
        // The prompts that are tuned on are not those that are scored.
        PromptSettings settings = Settings(20, 10, "noise uniform:5") with { BatchSize = 40_000 };
        GramStatistics<double> tuning = DrawnPrompts.Statistics(settings, seed: 1);
        GramStatistics<double> test = DrawnPrompts.Statistics(settings, seed: 2);
        Baseline[] baselines = [new KnownRidge(), new TunedRidge(), new AdaptiveRidge(), new RidgeRegression(), new LeastSquares()];
        double[] losses = [.. baselines.Select(baseline => baseline.Tuned(tuning, 1).Evaluate(test, 1)[0].Loss)];
        Assert.Equal(losses.Order(), losses);
    }

    private static PromptSettings Settings(int contextLength, int dimension, string options)
        => DrawnPrompts.Settings(options, Prompts, contextLength, dimension);

    /// <summary>Statistics of tokens.</summary>
    private static GramStatistics<double> Tokens(PromptSettings settings)
    {
        PromptBatch batch = new(settings);
        batch.Draw(new TorchStream(5));
        return DrawnPrompts.Statistics(batch);
    }

    private static NoiseLevels Levels(string noise) => PartCases.Part<NoiseLaw>(noise) switch
    {
        FixedNoise law => NoiseLevels.Fixed(law.Deviation),
        LinearTransformers.Prompts.Noises.UniformNoise law => NoiseLevels.Uniform(law.Largest),
        ValuesNoise law => NoiseLevels.Values([.. law.Deviations]),
        _ => throw new NotSupportedException(noise),
    };

    private static void AssertMean(SampledLoss exact, QueryErrors errors)
        => AssertWithin(exact.Loss, errors.Loss, double.Hypot(exact.StandardError, errors.StandardError));

    private static void AssertMean(double exact, QueryErrors errors) => AssertWithin(exact, errors.Loss, errors.StandardError);

    private static void AssertWithin(double exact, double loss, double error)
    {
        Assert.InRange(error, 0, 0.03 * exact);
        Assert.True(Math.Abs(loss - exact) <= StandardErrors * error, $"{loss} ± {error}, expected {exact}");
    }
}
