using System.Text.Json;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Prompts.Sources;
using LinearTransformers.Random;
using LinearTransformers.Tests.Golden;

namespace LinearTransformers.Tests.Prompts;

public class PromptBatchTests
{
    public static TheoryData<int> Cases => [.. Enumerable.Range(0, GoldenFile.Read("generate_data").GetArrayLength())];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Fresh_and_refreshed_batches_are_those_of_the_published_code(int index)
    {
        JsonElement golden = GoldenFile.Read("generate_data")[index];
        PromptBatch batch = new(Settings(golden));
        TorchStream stream = new(golden.GetProperty("seed").GetUInt64());
        if (batch.Settings.Covariance is not null)
        {
            // U came from a 5 × 5 uniform matrix, drawn first.
            stream.FillUniform(new float[25], -1, 1);
        }

        batch.Draw(stream);
        (float[] z, float[] y) = batch.ToTokens();
        AssertClose(golden.Floats("Z"), z);
        AssertClose(golden.Floats("y"), y);

        if (golden.TryGetProperty("then_inplace_Z", out _))
        {
            batch.Refresh(stream);
            (z, y) = batch.ToTokens();
            AssertClose(golden.Floats("then_inplace_Z"), z);
            AssertClose(golden.Floats("then_inplace_y"), y);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Relu_prompts_are_those_of_the_published_code(int index)
    {
        JsonElement golden = GoldenFile.Read("generate_data_other_modes")[index];
        PromptSettings settings = new() { Mode = PromptMode.Relu, BatchSize = 4, ContextLength = 6, Dimension = 3 };
        (float[] z, float[] y) = WithoutPlainBatch(settings, new TorchStream(golden.GetProperty("seed").GetUInt64()));
        AssertClose(golden.Floats("Z"), z);
        AssertClose(golden.Floats("y"), y);
    }

    [Theory]
    [InlineData(PromptMode.Relu)]
    [InlineData(PromptMode.Mlp)]
    public void A_network_for_each_prompt_begins_with_the_one_that_a_batch_would_share(PromptMode mode)
    {
        PromptSettings settings = new() { Mode = mode, BatchSize = 3, ContextLength = 4, Dimension = 2 };
        PromptBatch shared = new(settings);
        shared.Draw(new TorchStream(6));
        PromptBatch own = new(mode is PromptMode.Relu
            ? settings with { Labels = new NetworkLabels { Networks = NetworkSharing.Prompt } }
            : settings with { Covariates = new NetworkCovariates { Networks = NetworkSharing.Prompt } });
        own.Draw(new TorchStream(6));
        int label = mode is PromptMode.Relu ? 2 : 0;
        (float[] z, float[] ofOwn) = (shared.ToTokens().Z, own.ToTokens().Z);

        // Exact: the same numbers from the same stream. Of a token of mode mlp the covariates, whose labels' weights come later.
        Assert.Equal(z[label..15].Where((_, i) => i % 3 == 0).SkipLast(1), ofOwn[label..15].Where((_, i) => i % 3 == 0).SkipLast(1));
        Assert.NotEqual(z[(15 + label)..30].Where((_, i) => i % 3 == 0).SkipLast(1), ofOwn[(15 + label)..30].Where((_, i) => i % 3 == 0)
            .SkipLast(1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Mlp_prompts_are_those_of_the_published_code(int index)
    {
        JsonElement golden = GoldenFile.Read("generate_data_other_modes")[index];
        PromptSettings settings = new() { Mode = PromptMode.Mlp, BatchSize = 4, ContextLength = 6, Dimension = 3 };
        (float[] z, float[] y) = WithoutPlainBatch(settings, new TorchStream(golden.GetProperty("seed").GetUInt64()));
        AssertClose(golden.Floats("Z"), z);
        AssertClose(golden.Floats("y"), y);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public void Sine_prompts_are_those_of_the_published_code(int index)
    {
        JsonElement golden = GoldenFile.Read("generate_data_other_modes")[index];
        SinePrompts prompts = SinePrompts.Draw(new TorchStream(golden.GetProperty("seed").GetUInt64()), 3, 5);
        AssertClose(golden.Floats("X"), prompts.Covariates);
        AssertClose(golden.Floats("Y"), prompts.Labels);
    }

    [Fact]
    public void A_fresh_batch_in_the_network_modes_comes_after_the_plain_one()
    {
        // The published generate_data draws w, x and x_q of the plain batch before it turns to the network.
        PromptSettings settings = new() { Mode = PromptMode.Relu, BatchSize = 4, ContextLength = 6, Dimension = 3 };
        PromptBatch whole = new(settings);
        whole.Draw(new TorchStream(0));

        TorchStream stream = new(0);
        new PromptBatch(settings with { Mode = PromptMode.Normal }).Draw(stream);

        // Exact: the same draws through the same operations.
        Assert.Equal(WithoutPlainBatch(settings, stream).Z, whole.ToTokens().Z);
    }

    [Theory]
    [InlineData(0, 20, 5, 0.1, "BatchSize is 0")]
    [InlineData(4, 0, 5, 0.1, "ContextLength is 0")]
    [InlineData(4, 20, -1, 0.1, "Dimension is -1")]
    [InlineData(4, 20, 5, 0.0, "shape-k is 0")]
    [InlineData(4, 20, 5, double.NaN, "shape-k is NaN")]
    [InlineData(1_000_000, 1_000_000, 5, 0.1, "is too large")]
    public void Settings_that_make_no_sense_are_refused(int b, int n, int d, double shapeK, string message)
    {
        GammaCovariates covariates = new() { ShapeK = shapeK };
        PromptSettings settings = new() { BatchSize = b, ContextLength = n, Dimension = d, Covariates = covariates };
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => new PromptBatch(settings)).Message);
    }

    [Fact]
    public void A_covariance_needs_positive_scales_and_fitting_sizes()
    {
        Assert.Contains("entry 1 of D is 0", Assert.Throws<ArgumentException>(() => new Covariance([1, 0, 0, 1], [1, 0])).Message);
        Assert.Contains("entry 2 of U is NaN",
            Assert.Throws<ArgumentException>(() => new Covariance([1, 0, float.NaN, 1], [1, 1])).Message);
        Assert.Contains("U must be d × d", Assert.Throws<ArgumentException>(() => new Covariance([1, 0, 0], [1, 1])).Message);
    }

    private static PromptSettings Settings(JsonElement golden)
    {
        float[]? u = golden.FloatsOrNull("U");
        return new()
        {
            Covariates = new GammaCovariates { ShapeK = golden.Double("shape_k") },
            Mode = Enum.Parse<PromptMode>(golden.Text("mode"), ignoreCase: true),
            BatchSize = golden.Int("B"),
            ContextLength = golden.Int("N"),
            Dimension = golden.Int("d"),
            Covariance = u is null ? null : new Covariance(u, golden.Floats("D")),
        };
    }

    /// <summary>A network's batch as the published function of that mode draws it, without the plain one that comes before it.</summary>
    private static (float[] Z, float[] Y) WithoutPlainBatch(PromptSettings settings, TorchStream stream)
    {
        DrawnPrompts source = new(new PromptParts(
            settings.BatchSize,
            settings.ContextLength,
            settings.Dimension,
            settings.Covariates,
            settings.Tasks,
            settings.Labels,
            settings.Noise,
            OwnCovariance: null,
            TasksAreInverse: true,
            HasCovariance: false));
        source.Draw(stream, withPlainFirst: false);
        ReadingRoom room = new();
        PromptView prompts = source.Read(0, settings.BatchSize, room);
        int length = (settings.ContextLength + 1) * (settings.Dimension + 1);
        float[] z = new float[settings.BatchSize * length];
        float[] y = new float[settings.BatchSize];
        for (int p = 0; p < y.Length; p++)
        {
            y[p] = LabeledPrompt.Write(prompts, p, null, z.AsSpan(p * length, length));
        }

        GC.KeepAlive(room);
        GC.KeepAlive(source);
        return (z, y);
    }

    /// <summary>A few roundings of sums of d terms: PyTorch's matrix products add in another order.</summary>
    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(expected[i] - actual[i]) <= 2e-6 * Math.Max(1, Math.Abs(expected[i])),
                $"element {i}: expected {expected[i]:R}, got {actual[i]:R}");
        }
    }
}
