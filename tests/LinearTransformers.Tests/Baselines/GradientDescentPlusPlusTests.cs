using FsCheck.Xunit;
using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Tests.Reference;
using LinearTransformers.Theory;

namespace LinearTransformers.Tests.Baselines;

public class GradientDescentPlusPlusTests
{
    [Property(MaxTest = 60)]
    public void Layers_are_those_of_a_transformer_of_multiples_of_the_identity_in_token_space(int seed)
    {
        RegressionProblem problem = new(seed);
        int d = problem.Dimension;
        int layers = problem.Random.Next(1, 5);
        double[] queryScales = [.. problem.StepSizes(layers).Select(a => -a)];
        double[] valueScales = problem.StepSizes(layers - 1);
        double[,] identity = Dense.Scaled(1, [.. Enumerable.Repeat(1.0, d)]);
        foreach (Covariance? covariance in new[] { null, problem.Covariance })
        {
            double[] m = [.. (covariance is null ? identity : problem.InverseCovariance).Cast<double>()];
            double[] parameters = [.. Enumerable.Range(0, layers).SelectMany(k => identity.Cast<double>()
                .Select(entry => k < layers - 1 ? entry * valueScales[k] : 0)
                .Concat(m.Select(entry => entry * queryScales[k])))];
            GradientDescentPlusPlus<double> plusPlus = new(layers, d, covariance);
            double expected = TokenSpaceTransformer.Loss(plusPlus.Shape, parameters, problem.Z, problem.Y);
            Assert.Equal(expected, plusPlus.Loss(queryScales, valueScales, problem.Statistics), 1e-11 * (1 + expected));
        }
    }

    [Property(MaxTest = 30)]
    public void Without_values_it_is_preconditioned_gradient_descent(int seed)
    {
        RegressionProblem problem = new(seed);
        double[] stepSizes = problem.StepSizes(3);
        double expected = new GradientDescent<double>(problem.Dimension, problem.Covariance).Loss(stepSizes, problem.Statistics);
        GradientDescentPlusPlus<double> plusPlus = new(3, problem.Dimension, problem.Covariance);
        Assert.Equal(expected, plusPlus.Loss([.. stepSizes.Select(a => -a)], [0, 0], problem.Statistics), 1e-12 * (1 + expected));
    }

    [Fact]
    public void The_last_value_scale_does_not_matter()
    {
        RegressionProblem problem = new(1);
        GradientDescentPlusPlus<float> plusPlus = new(2, problem.Dimension);
        double loss = plusPlus.Loss([-0.3, -0.2], [0.5], problem.SingleStatistics);
        Assert.Equal(loss, plusPlus.Loss([-0.3, -0.2], [0.5, 7], problem.SingleStatistics));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Its_loss_at_the_exact_optimum_is_the_exact_one(int layers)
    {
        GradientDescentPlusPlusOptimum optimum = GradientDescentPlusPlusFloor.Optimum(20, 5, layers);
        (GramStatistics<double> statistics, Covariance covariance) = Draw(100_000);
        QueryErrors errors = new GradientDescentPlusPlus { Scales = Scales(optimum) }.Evaluate(statistics, layers, covariance)[^1];
        Assert.InRange(errors.StandardError, 0, 0.03 * errors.Loss);
        Assert.InRange(optimum.Loss, errors.Loss - (5 * errors.StandardError), errors.Loss + (5 * errors.StandardError));
    }

    [Fact]
    public void The_best_scales_on_a_batch_are_no_worse_there_than_the_best_in_expectation()
    {
        (GramStatistics<double> statistics, Covariance covariance) = Draw(20_000);
        double before = double.PositiveInfinity;
        for (int layers = 1; layers <= 4; layers++)
        {
            Baseline tuned = new GradientDescentPlusPlus().Tuned(statistics, layers, covariance);
            double loss = tuned.Evaluate(statistics, layers, covariance)[^1].Loss;
            GradientDescentPlusPlusOptimum sampled = GradientDescentPlusPlusFloor.SampledOptimum(20, 5, layers, 20_000, seed: 1);
            double expected = new GradientDescentPlusPlus { Scales = Scales(sampled) }.Evaluate(statistics, layers, covariance)[^1].Loss;
            Assert.InRange(loss, 0.5 * sampled.Loss, expected * (1 + 1e-9));
            Assert.InRange(loss, 0, before);
            before = loss;
            if (layers == 1)
            {
                Assert.Equal(new GradientDescent<double>(5, covariance).BestSingleStep(statistics).Loss, loss, 1e-12 * loss);
            }
        }
    }

    [Fact]
    public void More_steps_than_it_has_scales_for_are_refused()
    {
        GradientDescentPlusPlus plusPlus = new() { Scales = [-0.3, 0.4, -0.5] };
        Assert.Equal(2, plusPlus.Evaluate(new RegressionProblem(1).Statistics, 2).Count);
        Assert.Contains(
            "3 scales of gd++ are not enough for 3 steps: these need 5",
            Assert.Throws<ArgumentException>(() => plusPlus.Evaluate(new RegressionProblem(1).Statistics, 3)).Message);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        GradientDescentPlusPlus<float> plusPlus = new(3, 5);
        Assert.Contains("2 query scales and 2 value scales",
            Assert.Throws<ArgumentException>(() => plusPlus.Parameters([1, 2], [1, 2])).Message);
        Assert.Contains("3 query scales and 1 value scales",
            Assert.Throws<ArgumentException>(() => plusPlus.Parameters([1, 2, 3], [1])).Message);
        Assert.Contains("dimension 3",
            Assert.Throws<ArgumentException>(() => plusPlus.Loss([1, 2, 3], [1, 2], new GramStatistics<float>(4, 3))).Message);
        Assert.Contains("covariance of dimension 2",
            Assert.Throws<ArgumentException>(() => new GradientDescentPlusPlus<float>(3, 5, new([1, 0, 0, 1], [1, 1]))).Message);
    }

    private static double[] Scales(GradientDescentPlusPlusOptimum optimum)
        => [.. Enumerable.Range(0, (2 * optimum.QueryScales.Count) - 1)
            .Select(i => i % 2 == 0 ? optimum.QueryScales[i / 2] : optimum.ValueScales[i / 2])];

    private static (GramStatistics<double> Statistics, Covariance Covariance) Draw(int batchSize)
    {
        TorchStream stream = new(51);
        Covariance covariance = Covariance.Rotated(stream, 5);
        PromptBatch batch = new(new() { BatchSize = batchSize, ContextLength = 20, Dimension = 5, Covariance = covariance });
        batch.Draw(stream);
        GramStatistics<double> statistics = new(batchSize, 5);
        statistics.Compute(batch);
        return (statistics, covariance);
    }
}
