using LinearTransformers.Baselines;
using LinearTransformers.Prompts;

namespace LinearTransformers.Tests.Baselines;

/// <summary>
/// The ridge regressions of table 1 of Vladymyrov, von Oswald, Sandler and Ge, <i>Linear transformers are versatile in-context learners</i>
/// (arXiv 2402.14180): d = 10, N = 20, σ drawn for each prompt. The published number is half the mean squared query error, less that of
/// ridge regression that knows σ, on 100,000 prompts.
/// </summary>
public class MixedNoiseTableTests
{
    private const int Parts = 10;
    private const int PromptsOfPart = 10_000;

    [Theory]
    [InlineData("0", 0, 0, 0)]
    [InlineData("uniform:2", 0.066, 0.016, 0.01)]
    [InlineData("uniform:3", 0.161, 0.034, 0.023)]
    [InlineData("uniform:5", 0.365, 0.068, 0.049)]
    [InlineData("uniform:7", 0.53, 0.092, 0.068)]
    [InlineData("values:1,3,5", 0.422, 0.084, 0.054)]
    public void Adjusted_losses_are_the_published_ones(string noise, double constant, double adaptive, double tuned)
    {
        PromptSettings settings = DrawnPrompts.Settings($"noise {noise}", PromptsOfPart, 20, 10);
        GramStatistics<double> tuning = DrawnPrompts.Statistics(settings, seed: 1);
        Baseline[] baselines = [.. ((Baseline[])[new RidgeRegression(), new AdaptiveRidge(), new TunedRidge()])
            .Select(baseline => baseline.Tuned(tuning, 1))];
        double[][] adjusted = [new double[Parts], new double[Parts], new double[Parts]];
        for (int part = 0; part < Parts; part++)
        {
            GramStatistics<double> statistics = DrawnPrompts.Statistics(settings, seed: 10 + (ulong)part);
            double known = new KnownRidge().Evaluate(statistics, 1)[0].Loss;
            for (int i = 0; i < baselines.Length; i++)
            {
                adjusted[i][part] = 0.5 * (baselines[i].Evaluate(statistics, 1)[0].Loss - known);
            }
        }

        foreach ((double[] losses, double published) in adjusted.Zip((double[])[constant, adaptive, tuned]))
        {
            // Theirs is from as many prompts: both have the standard error, and theirs is rounded to three digits.
            double mean = losses.Average();
            double error = Math.Sqrt(losses.Sum(loss => (loss - mean) * (loss - mean)) / (Parts - 1.0) / Parts);
            Assert.True(Math.Abs(mean - published) <= (4 * Math.Sqrt(2) * error) + 0.0005, $"{mean} ± {error}, published {published}");
            Assert.InRange(error, 0, (0.1 * published) + 1e-10);
        }
    }
}
