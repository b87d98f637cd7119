using FsCheck.Xunit;
using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Tests.Reference;

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

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        GradientDescentPlusPlus<float> plusPlus = new(3, 5);
        Assert.Contains("2 query scales and 2 value scales", Assert.Throws<ArgumentException>(() => plusPlus.Parameters([1, 2], [1, 2])).Message);
        Assert.Contains("3 query scales and 1 value scales", Assert.Throws<ArgumentException>(() => plusPlus.Parameters([1, 2, 3], [1])).Message);
        Assert.Contains("dimension 3", Assert.Throws<ArgumentException>(() => plusPlus.Loss([1, 2, 3], [1, 2], new GramStatistics<float>(4, 3))).Message);
        Assert.Contains("covariance of dimension 2", Assert.Throws<ArgumentException>(() => new GradientDescentPlusPlus<float>(3, 5, new([1, 0, 0, 1], [1, 1]))).Message);
    }
}
