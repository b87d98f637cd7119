using FsCheck.Xunit;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Prompts;

public class GramStatisticsTests
{
    /// <summary>Statistics straight from a drawn batch against those from its tokens, through the loss they give.</summary>
    [Property(MaxTest = 100)]
    public void A_batch_and_its_tokens_have_the_same_statistics(int seed)
    {
        System.Random random = new(seed);
        PromptMode mode = (PromptMode)random.Next(5);
        int d = random.Next(1, 13);
        PromptSettings settings = new()
        {
            Covariates = new GammaCovariates { ShapeK = 2.5 },
            Mode = mode,
            BatchSize = random.Next(1, 60),
            ContextLength = random.Next(1, 90),
            Dimension = d,
            Covariance = mode <= PromptMode.Gamma && random.Next(2) == 0 ? RandomCovariance(random, d) : null,
        };
        PromptBatch batch = new(settings);
        TorchStream stream = new((ulong)random.Next());
        batch.Draw(stream);
        if (mode <= PromptMode.Gamma && random.Next(3) == 0)
        {
            batch.Refresh(stream);
        }

        (float[] z, float[] y) = batch.ToTokens();
        AssertSame<float>(z, y, batch.Settings.ContextLength, 2e-4);
        AssertSame<double>([.. z.Select(x => (double)x)], [.. y.Select(x => (double)x)], batch.Settings.ContextLength, 1e-4);

        // Only the first prompts, and of their contexts only the first examples.
        int prompts = random.Next(1, y.Length + 1);
        int examples = random.Next(1, batch.Settings.ContextLength + 1);
        float[] first = FirstTokens.Of(z, prompts, examples, batch.Settings.ContextLength, d);
        AssertSame<float>(first, y[..prompts], examples, 2e-4);
        AssertSame<double>([.. first.Select(x => (double)x)], [.. y[..prompts].Select(x => (double)x)], examples, 1e-4);

        void AssertSame<T>(T[] tokens, T[] labels, int examples, double tolerance)
            where T : unmanaged
        {
            GramStatistics<T> drawn = new(labels.Length, d);
            if (labels.Length == settings.BatchSize && examples == settings.ContextLength)
            {
                drawn.Compute(batch);
            }
            else
            {
                drawn.ComputeFirst(batch, examples);
            }

            GramStatistics<T> given = GramStatistics<T>.FromTokens(tokens, labels, d);
            LinearTransformerShape shape = new(2, 1, d);
            T[] parameters = [.. shape.Initialize(new TorchStream(3), 0.1f).Select(p => (T)Convert.ChangeType(p, typeof(T)))];
            T[] expected = new T[parameters.Length];
            T[] actual = new T[parameters.Length];
            double loss = new GramLoss<T>(shape).Evaluate(parameters, given, expected);
            Assert.Equal(loss, new GramLoss<T>(shape).Evaluate(parameters, drawn, actual), tolerance * (1 + loss));
            double scale = 1 + expected.Max(x => Math.Abs(Convert.ToDouble(x)));
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(Convert.ToDouble(expected[i]), Convert.ToDouble(actual[i]), tolerance * scale);
            }
        }
    }

    [Fact]
    public void More_prompts_or_examples_than_a_batch_has_are_refused()
    {
        PromptBatch batch = new(new() { BatchSize = 10, ContextLength = 4, Dimension = 3 });
        batch.Draw(new TorchStream(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GramStatistics<float>(10, 3).ComputeFirst(batch, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GramStatistics<float>(10, 3).ComputeFirst(batch, 5));
        Assert.Contains("has no 11 prompts",
            Assert.Throws<ArgumentException>(() => new GramStatistics<float>(11, 3).ComputeFirst(batch, 4)).Message);
        Assert.Contains("of dimension 2",
            Assert.Throws<ArgumentException>(() => new GramStatistics<float>(10, 2).ComputeFirst(batch, 4)).Message);
    }

    private static Covariance RandomCovariance(System.Random random, int d)
        => new(
            [.. Enumerable.Range(0, d * d).Select(_ => (float)((random.NextDouble() * 2) - 1))],
            [.. Enumerable.Range(0, d).Select(_ => (float)(0.5 + random.NextDouble()))]);
}
