using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;

namespace LinearTransformers.Tests.Prompts;

public class BegunBatchTests
{
    /// <summary>Sizes that are multiples of sixteen and not, below sixteen, and of several pieces.</summary>
    [Theory]
    [InlineData(PromptMode.Normal, 4, 4, 4, false)]
    [InlineData(PromptMode.Normal, 1, 2, 3, false)]
    [InlineData(PromptMode.Normal, 7, 5, 3, true)]
    [InlineData(PromptMode.Normal, 1000, 20, 5, false)]
    [InlineData(PromptMode.Normal, 1003, 20, 5, true)]
    [InlineData(PromptMode.Sphere, 401, 7, 5, false)]
    [InlineData(PromptMode.Gamma, 401, 7, 5, false)]
    [InlineData(PromptMode.Relu, 33, 7, 5, false)]
    public void A_batch_that_one_begins_and_all_finish_is_the_batch_that_one_draws(PromptMode mode, int batchSize, int contextLength, int dimension, bool isRotated)
    {
        TorchStream stream = new(5);
        TorchStream other = new(5);
        using WorkerTeam team = new(3);
        PromptSettings settings = new()
        {
            Mode = mode,
            BatchSize = batchSize,
            ContextLength = contextLength,
            Dimension = dimension,
            Covariance = isRotated ? Covariance.Rotated(new TorchStream(6), dimension) : null,
        };
        PromptBatch drawn = new(settings);
        PromptBatch begun = new(settings);
        for (int i = 0; i < 3; i++)
        {
            drawn.Draw(stream);
            begun.Begin(other, team);
            GramStatistics<float> statistics = new(batchSize, dimension);
            statistics.Compute(drawn, team);
            if (i == 0)
            {
                begun.Finish(team);
            }
            else
            {
                GramStatistics<float> finishing = new(batchSize, dimension);
                finishing.Compute(begun, i == 1 ? team : null);
                Assert.Equal(Entries(statistics), Entries(finishing));
            }

            // The same operations on the same draws: equal to the bit.
            Assert.Equal(drawn.ToTokens().Z, begun.ToTokens().Z);
            Assert.Equal(drawn.ToTokens().Y, begun.ToTokens().Y);
            Assert.Equal(stream.Save().Words, other.Save().Words);
        }
    }

    private static unsafe float[] Entries(GramStatistics<float> statistics)
    {
        float[] entries = new Span<float>(statistics.Pointer, statistics.Bundles * SingleLanes.Count * statistics.Layout.Stride).ToArray();
        GC.KeepAlive(statistics);
        return entries;
    }
}
