using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Random;

namespace LinearTransformers.Tests.Prompts;

/// <summary>
/// Statistics of large dimensions, which are summed prompt by prompt, against sums written down. Equal to the last bit: each entry adds its
/// tokens in their order, with one rounding a token.
/// </summary>
public unsafe class LargeStatisticsTests
{
    /// <summary>Dimensions that are and are not multiples of tiles and vectors, contexts in one part and in several, odd batches.</summary>
    [Theory]
    [InlineData(32, 5, 16)]
    [InlineData(37, 150, 21)]
    [InlineData(64, 64, 3)]
    [InlineData(71, 130, 17)]
    public void Entries_are_sums_in_the_order_of_tokens(int d, int examples, int prompts)
    {
        foreach (LaneWidth width in Enum.GetValues<LaneWidth>())
        {
            PromptBatch batch = new(new()
            {
                Labels = new NetworkLabels(),
                Dimension = d,
                ContextLength = examples,
                BatchSize = prompts,
            });
            batch.Draw(new TorchStream(1));
            GramStatistics<float> statistics = new(prompts, d, width);
            statistics.Compute(batch);
            (float[] z, float[] labels) = batch.ToTokens();
            GramLayout layout = statistics.Layout;
            float mean = 1f / examples;
            for (int b = 0; b < prompts; b++)
            {
                float[][] tokens = [.. z.Chunk(d + 1).Skip(b * (examples + 1)).Take(examples + 1)];
                for (int i = 0; i <= d; i++)
                {
                    for (int j = 0; j <= Math.Min(i, d - 1); j++)
                    {
                        float sum = 0;
                        for (int n = 0; n < examples; n++)
                        {
                            sum = MathF.FusedMultiplyAdd(tokens[n][i], tokens[n][j], sum);
                        }

                        Assert.Equal(mean * sum, Entry(i == d ? layout.Cross + j : (i * (i + 1) / 2) + j, b));
                    }
                }

                Assert.Equal(tokens[examples][..d], Enumerable.Range(layout.Query, d).Select(entry => Entry(entry, b)));
                Assert.Equal(labels[b], Entry(layout.Label, b));
            }

            float Entry(int entry, int prompt)
                => statistics.Pointer[((((long)(prompt / SingleLanes.Count) * layout.Stride) + entry) * SingleLanes.Count)
                    + (prompt % SingleLanes.Count)];

            GC.KeepAlive(statistics);
        }
    }
}
