using FsCheck.Xunit;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Random;

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
            Mode = mode,
            BatchSize = random.Next(1, 60),
            ContextLength = random.Next(1, 90),
            Dimension = d,
            ShapeK = 2.5,
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
        AssertSame<float>(z, y, 2e-4);
        AssertSame<double>([.. z.Select(x => (double)x)], [.. y.Select(x => (double)x)], 1e-4);

        void AssertSame<T>(T[] tokens, T[] labels, double tolerance)
            where T : unmanaged
        {
            GramStatistics<T> drawn = new(settings.BatchSize, d);
            drawn.Compute(batch);
            GramStatistics<T> given = GramStatistics<T>.FromTokens(tokens, labels, d);
            LinearTransformerShape shape = new(2, 1, d);
            T[] parameters = [.. LinearTransformer.Initialize(shape, new TorchStream(3), 0.1f).Select(p => (T)Convert.ChangeType(p, typeof(T)))];
            T[] expected = new T[parameters.Length];
            T[] actual = new T[parameters.Length];
            double loss = new InContextLoss<T>(shape).Evaluate(parameters, given, expected);
            Assert.Equal(loss, new InContextLoss<T>(shape).Evaluate(parameters, drawn, actual), tolerance * (1 + loss));
            double scale = 1 + expected.Max(x => Math.Abs(Convert.ToDouble(x)));
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.Equal(Convert.ToDouble(expected[i]), Convert.ToDouble(actual[i]), tolerance * scale);
            }
        }
    }

    private static Covariance RandomCovariance(System.Random random, int d)
        => new(
            [.. Enumerable.Range(0, d * d).Select(_ => (float)((random.NextDouble() * 2) - 1))],
            [.. Enumerable.Range(0, d).Select(_ => (float)(0.5 + random.NextDouble()))]);
}
