using System.Text.Json;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Random;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Tests.Statistics;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>What every law of the noise of labels must do.</summary>
public class NoiseTableTests
{
    private const int Prompts = 4_000;
    private const int N = 6;
    private const int D = 3;

    /// <summary>E σ² and E σ⁴ of each law, by its text.</summary>
    private static readonly Dictionary<string, (double Second, double Fourth)> Moments = new()
    {
        ["0"] = (0, 0),
        ["0.5"] = (0.25, 0.0625),
        ["uniform:1"] = (1.0 / 3, 1.0 / 5),
        ["values:1"] = (1, 1),
        ["values:1,0.25,3"] = ((1 + 0.0625 + 9) / 3, (1 + 0.00390625 + 81) / 3),
    };

    public static TheoryData<string, string> Cases
        => [.. from text in PartCases.TextsOf(typeof(NoiseLaw)) from stream in Enum.GetNames<StreamKind>() select (text, stream)];

    [Fact]
    public void Every_law_has_a_reference()
        => References.AssertDemanded(
            NoiseLaw.Catalog,
            GoldenFile.TextsOf("noise", "noise").Select(text => char.IsAsciiDigit(text[0]) ? "fixed" : text),
            new Dictionary<string, string>());

    [Fact]
    public void Labels_are_those_that_PyTorch_makes_of_the_same_seed()
    {
        foreach (JsonElement golden in GoldenFile.Read("noise").EnumerateArray())
        {
            (int b, int n, int d) = (golden.Int("B"), golden.Int("N"), golden.Int("d"));
            PromptBatch batch = new(new()
            {
                BatchSize = b,
                ContextLength = n,
                Dimension = d,
                Noise = PartCases.Part<NoiseLaw>(golden.Text("noise")),
            });
            batch.Draw(new TorchStream((ulong)golden.Int("seed")));
            (float[] z, float[] y) = batch.ToTokens();
            double[] labels = golden.Doubles("y");
            double[] ofQueries = golden.Doubles("yq");
            for (int p = 0; p < b; p++)
            {
                // Sums of d products of numbers of a few units, in single precision.
                Assert.Equal(ofQueries[p], y[p], 1e-5);
                for (int t = 0; t < n; t++)
                {
                    Assert.Equal(labels[(p * n) + t], z[(((p * (n + 1)) + t) * (d + 1)) + d], 1e-5);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Noise_has_the_moments_of_its_law_and_changes_nothing_else(string text, string stream)
    {
        NoiseLaw law = PartCases.Part<NoiseLaw>(text);
        Assert.True(Moments.TryGetValue(text, out (double Second, double Fourth) moments), $"nothing is known of the noise {text} here");
        Assert.Equal(moments.Second, law.Variance, 1e-12);
        Assert.Equal(moments.Second == 0, law.IsZero);
        (double[][] noise, double[] ofQueries) = Noise(Settings(), law, stream);

        // Exact: nothing is added to the query's label.
        Assert.All(ofQueries, difference => Assert.Equal(0, difference));
        if (law.IsZero)
        {
            Assert.All(noise, prompt => Assert.All(prompt, difference => Assert.Equal(0, difference)));
            return;
        }

        for (int n = 0; n < N; n++)
        {
            int at = n;
            SampleTests.AssertMean(noise, e => e[at], 0);
            SampleTests.AssertMean(noise, e => e[at] * e[at], moments.Second);
            SampleTests.AssertMean(noise, e => Math.Pow(e[at], 4), 3 * moments.Fourth);
            SampleTests.AssertMean(noise, e => e[at] * e[(at + 1) % N], 0);

            // Of one prompt σ is one number: squares go together as far as it varies.
            SampleTests.AssertMean(noise, e => e[at] * e[at] * e[(at + 1) % N] * e[(at + 1) % N], moments.Fourth);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Labels_of_any_rule_have_it(string text, string stream)
    {
        NoiseLaw law = PartCases.Part<NoiseLaw>(text);
        foreach (LabelRule rule in PartCases.PartsOf<LabelRule>())
        {
            (double[][] noise, double[] ofQueries) = Noise(Settings() with { Labels = rule }, law, stream);
            Assert.All(ofQueries, difference => Assert.Equal(0, difference));
            if (!law.IsZero)
            {
                SampleTests.AssertMean(noise, e => e.Sum(x => x * x) / N, law.Variance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Statistics_have_the_noise_of_tokens(string text, string stream)
    {
        PromptBatch batch = new(Settings() with { BatchSize = 200, Noise = PartCases.Part<NoiseLaw>(text) });
        batch.Draw(Stream(stream));
        GramStatistics<double> built = new(200, D);
        built.Compute(batch);
        (float[] z, float[] y) = batch.ToTokens();
        GramStatistics<double> expected =
            GramStatistics<double>.FromTokens([.. z.Select(x => (double)x)], [.. y.Select(x => (double)x)], D);
        double[][] a = GramNumbers.Of(built);
        double[][] b = GramNumbers.Of(expected);
        for (int p = 0; p < a.Length; p++)
        {
            for (int i = 0; i < a[p].Length; i++)
            {
                // Tokens are rounded to single precision before they are added up.
                Assert.Equal(b[p][i], a[p][i], 1e-5);
            }
        }
    }

    private static PromptSettings Settings() => new() { BatchSize = Prompts, ContextLength = N, Dimension = D };

    private static IStream Stream(string kind) => kind is nameof(StreamKind.Torch) ? new TorchStream(8) : new NativeStream(8);

    /// <summary>Labels with noise less those without, of the context and of queries: all else must be the same numbers.</summary>
    private static (double[][] OfContext, double[] OfQueries) Noise(PromptSettings settings, NoiseLaw law, string stream)
    {
        PromptBatch noisy = new(settings with { Noise = law });
        PromptBatch plain = new(settings);
        noisy.Draw(Stream(stream));
        plain.Draw(Stream(stream));
        (float[] z, float[] y) = noisy.ToTokens();
        (float[] z0, float[] y0) = plain.ToTokens();
        double[][] noise = [.. Enumerable.Range(0, Prompts).Select(_ => new double[N])];
        for (int i = 0; i < z.Length; i++)
        {
            int token = i / (D + 1) % (N + 1);
            int prompt = i / (D + 1) / (N + 1);
            if (i % (D + 1) == D && token < N)
            {
                noise[prompt][token] = (double)z[i] - z0[i];
            }
            else
            {
                // Exact: noise is drawn behind everything else.
                Assert.Equal(z0[i], z[i]);
            }
        }

        return (noise, [.. y.Zip(y0, (a, b) => (double)a - b)]);
    }
}
