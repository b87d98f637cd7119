using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
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
        PromptSettings settings = Settings(mode, batchSize, contextLength, dimension, isRotated);
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

    /// <summary>Of one piece of the tape and of several, which prompts lie across; the last batch is not a multiple of sixteen prompts.</summary>
    [Theory]
    [InlineData(PromptMode.Normal, 4, 4, 4, false)]
    [InlineData(PromptMode.Normal, 4000, 20, 5, true)]
    [InlineData(PromptMode.Sphere, 404, 7, 5, false)]
    public void A_batch_whose_covariates_are_lent_is_the_batch_that_is_refreshed(PromptMode mode, int batchSize, int contextLength, int dimension, bool isRotated)
    {
        SharedStream shared = new(1);
        using SharedStream.Seat seat = shared.Take(0);
        TorchStream alone = new(5);
        TorchStream together = new(5, seat);
        using WorkerTeam team = new(3);
        PromptSettings settings = Settings(mode, batchSize, contextLength, dimension, isRotated);
        PromptBatch refreshed = new(settings);
        PromptBatch lent = new(settings);

        // The same operations on the same numbers: equal to the bit, in each way of reading a batch.
        Same((batch, helpers) =>
        {
            batch.Finish(helpers);
            return batch.ToTokens().Z;
        });
        Same((batch, helpers) => Statistics(batch, batchSize, contextLength, helpers));
        Same((batch, _) => Statistics(batch, batchSize, contextLength, null));
        Same((batch, helpers) => Statistics(batch, batchSize / 2, contextLength - 1, helpers));
        Same((batch, helpers) =>
        {
            TokenBundles<float> tokens = new(batchSize, contextLength, dimension);
            tokens.Fill(batch, helpers);
            return Numbers(tokens);
        });

        void Same(Func<PromptBatch, WorkerTeam?, float[]> read)
        {
            refreshed.Refresh(alone);
            lent.BeginRefresh(together, team);
            Assert.True(lent.IsBegun);
            Assert.Equal(read(refreshed, null), read(lent, team));
            Assert.False(lent.IsBegun);
            Assert.Equal(alone.Save().Words, together.Save().Words);
        }

        static float[] Statistics(PromptBatch batch, int prompts, int examples, WorkerTeam? helpers)
        {
            GramStatistics<float> statistics = new(prompts, batch.Settings.Dimension);
            statistics.ComputeFirst(batch, examples, helpers);
            return Entries(statistics);
        }
    }

    private static PromptSettings Settings(PromptMode mode, int batchSize, int contextLength, int dimension, bool isRotated) => new()
    {
        Mode = mode,
        BatchSize = batchSize,
        ContextLength = contextLength,
        Dimension = dimension,
        Covariance = isRotated ? Covariance.Rotated(new TorchStream(6), dimension) : null,
    };

    private static unsafe float[] Numbers(TokenBundles<float> tokens)
    {
        float[] numbers = new Span<float>(tokens.Pointer, tokens.Bundles * SingleLanes.Count * tokens.Stride).ToArray();
        GC.KeepAlive(tokens);
        return numbers;
    }

    private static unsafe float[] Entries(GramStatistics<float> statistics)
    {
        float[] entries = new Span<float>(statistics.Pointer, statistics.Bundles * SingleLanes.Count * statistics.Layout.Stride).ToArray();
        GC.KeepAlive(statistics);
        return entries;
    }
}
