using System.Text.Json;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Random;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Tests.Statistics;

namespace LinearTransformers.Tests.Tables;

/// <summary>What every label rule, and every law of covariances, must do.</summary>
public class LabelTableTests
{
    private const int Prompts = 40_000;
    private const int D = 5;

    /// <summary>The rule, with a network for each prompt where there is one, and E y², where it is known.</summary>
    private static readonly Dictionary<string, (LabelRule Rule, double? Square)> Known = new()
    {
        // E (wᵀx)² = d.
        ["linear"] = (new LinearLabels(), D),

        // Of w₁ᵀ relu(W₀ x + b₀) + b₁ with weights of deviation 0.1 and biases uniform on ±1/√d.
        ["network"] = (
            new NetworkLabels { Networks = NetworkSharing.Prompt }, (D * 0.01 * ((0.01 * D) + (1.0 / (3 * D))) / 2) + (1.0 / (3 * D))),

        // E ‖f(x)‖² of a network that the seed gives.
        ["features"] = (new FeatureLabels(), null),
    };

    /// <summary>Label rules without a reference from PyTorch, and why.</summary>
    private static readonly Dictionary<string, string> WithoutReference = new()
    {
        ["linear"] = "they are compared with the formula here, and whole prompts of every mode with the published ones in PromptBatchTests",
    };

    public static TheoryData<string> Rules => PartCases.Of<LabelRule>();

    [Fact]
    public void Every_rule_has_a_reference()
    {
        // PromptBatchTests compare the published network labels.
        Assert.Contains(GoldenFile.TextsOf("generate_data_other_modes", "what"), what => what.Contains("relu"));
        References.AssertDemanded(LabelRule.Catalog, [.. GoldenFile.TextsOf("labels", "labels"), "network"], WithoutReference);
    }

    [Fact]
    public void Labels_are_those_of_the_network_that_PyTorch_initialises()
    {
        foreach (JsonElement golden in GoldenFile.Read("labels").EnumerateArray())
        {
            LabelRule rule = PartCases.With(LabelRule.Catalog[golden.Text("labels")], golden.GetProperty("settings"));

            // Each token the query of a prompt of its own, and its context besides.
            (int d, float[] x, float[] w, float[] expected) = (golden.Int("d"), golden.Floats("x"), golden.Floats("w"), golden.Floats("y"));
            PromptBatch batch = new(new() { BatchSize = expected.Length, ContextLength = 1, Dimension = d, Labels = rule });
            batch.Draw(new GivenNumbers(x, x, w));
            (float[] z, float[] y) = batch.ToTokens();
            for (int i = 0; i < expected.Length; i++)
            {
                // A few roundings of sums of d products of numbers up to 2.
                Assert.Equal(expected[i], y[i], 2e-6);
                Assert.Equal(expected[i], z[(i * 2 * (d + 1)) + d], 2e-6);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Labels_have_the_moments_and_the_same_distribution_of_both_streams(string text)
    {
        (LabelRule rule, double? square) = Known.TryGetValue(text, out (LabelRule, double?) known)
            ? known
            : throw new KeyNotFoundException($"nothing is known of the labels {text} here: their variance must be, or null");
        PromptSettings settings = new() { BatchSize = Prompts, ContextLength = 1, Dimension = D, Labels = rule };
        VectorSample torch = VectorSample.Draw(settings, new TorchStream(8));
        VectorSample native = VectorSample.Draw(settings, new NativeStream(8));
        SampleTests.AssertSameDistribution([.. torch.Label], [.. native.Label]);
        foreach (VectorSample sample in (VectorSample[])[torch, native])
        {
            // The weights of what is behind the last layer, or task vectors, have either sign alike.
            SampleTests.AssertMean(sample.Label, y => y, 0);
            SampleTests.AssertMean(sample.Label, y => y * y, square ?? torch.Label.Average(y => y * y));
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Linear_labels_are_the_products_of_task_and_covariates_and_no_others_are(string text)
    {
        LabelRule rule = PartCases.Part<LabelRule>(text);
        PromptSettings settings = new() { BatchSize = 100, ContextLength = 1, Dimension = D, Labels = rule };
        VectorSample sample = VectorSample.Draw(settings, new TorchStream(8));
        double[] products = [.. sample.Query.Zip(sample.Task, (x, w) => x.Zip(w, (a, b) => a * b).Sum())];
        bool isLinear = sample.Label.Zip(products).All(pair => Math.Abs(pair.First - pair.Second) < 1e-5);
        Assert.Equal(rule.IsLinear, isLinear);
    }

    [Fact]
    public void The_rotated_covariance_is_the_published_one_but_for_signs()
    {
        JsonElement golden = GoldenFile.Read("rotation_logs_cpu_stream")[0];
        (float[] u, float[] d) = (golden.Floats("U"), golden.Floats("D"));

        // Drawn from the seeded stream, before anything else.
        Covariance covariance = new RotatedCovariance().Draw(new TorchStream((ulong)golden.Int("sd")), D)!;
        Assert.Equal(d, covariance.D);
        for (int k = 0; k < D; k++)
        {
            double product = Enumerable.Range(0, D).Sum(i => (double)u[(i * D) + k] * covariance.U[(i * D) + k]);
            Assert.Equal(1, Math.Abs(product), 1e-5);
        }
    }
}
