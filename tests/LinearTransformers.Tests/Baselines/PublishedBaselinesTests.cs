using System.Text.Json;
using LinearTransformers.Baselines;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Tests.Reference;

namespace LinearTransformers.Tests.Baselines;

public class PublishedBaselinesTests
{
    private static readonly JsonElement[] Golden = [.. GoldenFile.Read("baselines").EnumerateArray()];

    /// <summary>Rows with losses; the last element of the file holds the prompts.</summary>
    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Golden.Length - 1)];

    private static JsonElement Prompts => Golden[^1];

    private static Covariance Covariance => new(Prompts.Floats("U"), Prompts.Floats("D"));

    [Fact]
    public void The_prompts_are_drawn_from_their_seed()
    {
        (float[] z, float[] y) = Batch().ToTokens();
        AssertClose(Prompts.Floats("Z"), z);
        AssertClose(Prompts.Floats("y"), y);

        static void AssertClose(float[] expected, float[] actual)
            => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-6 * Math.Max(1, Math.Abs(pair.First))));
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Losses_on_the_prompts_are_those_of_the_published_code(int row)
    {
        int examples = Examples(row);
        float[] z = FirstTokens.Of(Prompts.Floats("Z"), 50, examples, Prompts.Int("N"), 5);
        float[] y = Prompts.Floats("y");

        // The published losses are themselves rounded to single precision, each step of the way.
        AssertRow(row, GramStatistics<float>.FromTokens(z, y, 5), 2e-6);
        AssertRow(row, GramStatistics<double>.FromTokens([.. z.Select(x => (double)x)], [.. y.Select(x => (double)x)], 5), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void Losses_on_the_batch_as_drawn_are_those_of_the_published_code(int row)
    {
        PromptBatch batch = Batch();
        GramStatistics<float> single = new(50, 5);
        single.ComputeFirst(batch, Examples(row));
        AssertRow(row, single, 2e-6);
        GramStatistics<double> twice = new(50, 5);
        twice.ComputeFirst(batch, Examples(row));
        AssertRow(row, twice, 1e-6);
    }

    [Fact]
    public void Grids_for_means_are_those_for_sums_times_the_examples()
        => Assert.Equal([0.152, 0.19, 0.38, 0.76, 1.52, 3.04], PublishedBaselines.ForMeans(PublishedBaselines.ShortGrid, 19)
            .Select(x => Math.Round(x, 12)));

    private static PromptBatch Batch()
    {
        PromptBatch batch = new(new() { BatchSize = 50, ContextLength = Prompts.Int("N"), Dimension = 5, Covariance = Covariance });
        batch.Draw(new TorchStream(Prompts.GetProperty("data_seed").GetUInt64()));
        return batch;
    }

    private static int Examples(int row) => Golden[row].Int("N") - (Golden[row].GetProperty("drop_last_example").GetBoolean() ? 1 : 0);

    private static void AssertRow<T>(int row, GramStatistics<T> statistics, double tolerance)
        where T : unmanaged
    {
        JsonElement golden = Golden[row];
        if (golden.TryGetProperty("ols", out JsonElement leastSquares))
        {
            // Nothing but roundings is left: of order 1e-11 in the published code.
            Assert.InRange(leastSquares.GetDouble(), 0, 1e-10);
            Assert.InRange(new LeastSquares<T>(5, Covariance).Loss(statistics), 0, 1e-10);
            return;
        }

        double stepSize = PublishedBaselines.ForMeans([golden.Double("eta")], Examples(row))[0];
        Assert.Equal(1, new GradientDescent<T>(5).Loss(stepSize, golden.Int("steps"), statistics) / golden.Double("gd"), tolerance);
        Assert.Equal(1, new GradientDescent<T>(5, Covariance)
            .Loss(stepSize, golden.Int("steps"), statistics) / golden.Double("preconditioned_gd"), tolerance);
    }
}
