using System.Text.Json;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;
using LinearTransformers.Tests.Golden;
using LinearTransformers.Tests.Statistics;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Tables;

/// <summary>What every law of covariates and of task vectors must do.</summary>
public class LawTableTests
{
    private const int Prompts = 40_000;
    private const int D = 5;

    /// <summary>What is known of each law, by its text.</summary>
    private static readonly Dictionary<string, Known> OfCovariates = new()
    {
        ["normal"] = new(Variance: 1, Fourth: 3, Distribution: SampleTests.NormalDistribution),

        // Uniform on the sphere: E x_i² = 1/d, E x_i⁴ = 3/(d (d + 2)).
        ["sphere"] = new(Variance: 1.0 / D, Fourth: 3.0 / (D * (D + 2))),

        // E r² = k √(10/k) and E r⁴ = (k² + k) 10/k of the length r, along a direction that is uniform.
        ["gamma"] = new(Variance: Math.Sqrt(10 * 0.1) / D, Fourth: ((10 * 0.1) + 10) * 3 / (D * (D + 2))),

        // Of W₁ relu(W₀ z + b₀) + b₁, a network for each prompt: E h_i² = d + 1/(3d) before the relu, half of it behind.
        ["network"] = new(
            Variance: (D * (D + (1.0 / (3 * D))) / 2) + (1.0 / (3 * D)),
            Of: new NetworkCovariates { Networks = NetworkSharing.Prompt },
            TokensShareNetwork: true),

        // Scaled by √((ν − 2)/ν), t of three degrees of freedom; the fourth moment is infinite.
        ["student-t:3"] = new(Variance: 1, Distribution: x => StudentOfThree(x * Math.Sqrt(3)), HasFewMoments: true),

        // Cauchy: no mean and no covariance.
        ["student-t:1"] = new(Distribution: x => 0.5 + (Math.Atan(x) / Math.PI), HasFewMoments: true),

        // E x⁴ = 3 (ν − 2)/(ν − 4).
        ["student-t:9"] = new(Variance: 1, Fourth: 3 * 7.0 / 5),
        ["uniform"] = new(Variance: 1, Fourth: 9.0 / 5, Distribution: x => Math.Clamp((x + Math.Sqrt(3)) / Math.Sqrt(12), 0, 1)),
    };

    private static readonly Dictionary<string, Known> OfTasks = new()
    {
        ["normal"] = new(Variance: 1, Fourth: 3, Distribution: SampleTests.NormalDistribution),

        // On the sphere of radius √d: E w_i⁴ = 3 d/(d + 2).
        ["sphere"] = new(Variance: 1, Fourth: 3.0 * D / (D + 2)),

        // k of d entries are normal.
        ["sparse:1"] = new(Variance: 1.0 / D, Fourth: 3.0 / D),
        ["sparse:3"] = new(Variance: 3.0 / D, Fourth: 9.0 / D),
        ["pool:64:0"] = new(Vectors: 64),
        ["pool:3:7"] = new(Vectors: 3),
    };

    /// <summary>Laws without a reference from PyTorch and NumPy, and why.</summary>
    private static readonly Dictionary<string, string> WithoutReference = [];

    private static readonly Dictionary<string, string> TasksWithoutReference = new()
    {
        ["pool"] = "its vectors come from the native stream, which only this program has",
    };

    public static TheoryData<string, string> Cases
        => [.. from text in PartCases.TextsOf(typeof(CovariateLaw)) from stream in Streams select (text, stream)];

    public static TheoryData<string, string> TaskCases
        => [.. from text in PartCases.TextsOf(typeof(TaskLaw)) from stream in Streams select (text, stream)];

    public static TheoryData<string> Covariates => PartCases.Of<CovariateLaw>();

    public static TheoryData<string> Tasks => PartCases.Of<TaskLaw>();

    private static IEnumerable<string> Streams => Enum.GetNames<StreamKind>();

    [Fact]
    public void Every_law_has_a_reference()
    {
        // PromptBatchTests compare the published modes.
        Assert.Contains(GoldenFile.TextsOf("generate_data_other_modes", "what"), what => what.Contains("mlp"));
        IEnumerable<string> ofTables = GoldenFile.TextsOf("generate_data", "mode").Concat(GoldenFile.TextsOf("covariates", "covariates"));
        References.AssertDemanded(CovariateLaw.Catalog, [.. ofTables, "network"], WithoutReference);
        References.AssertDemanded(TaskLaw.Catalog, ["normal", .. GoldenFile.TextsOf("tasks", "tasks")], TasksWithoutReference);
    }

    [Fact]
    public void Task_vectors_are_those_that_PyTorch_makes_of_the_same_seed()
    {
        foreach (JsonElement golden in GoldenFile.Read("tasks").EnumerateArray())
        {
            (int b, int n, int d) = (golden.Int("B"), golden.Int("N"), golden.Int("d"));
            TaskLaw law = PartCases.Part<TaskLaw>(golden.Text("tasks"));
            PromptBatch batch = new(new() { BatchSize = b, ContextLength = n, Dimension = d, Tasks = law });
            batch.Draw(new TorchStream((ulong)golden.Int("seed")));
            ReadingRoom room = new();
            PromptView prompts = batch.Read(0, b, room);
            float[] tasks = golden.Floats("w");
            float[] context = golden.Floats("context");
            for (int p = 0; p < b; p++)
            {
                for (int i = 0; i < d; i++)
                {
                    // A few roundings, and exact zeros of entries that are left out.
                    float expected = tasks[(p * d) + i];
                    Assert.Equal(expected, prompts.Task(p)[i], expected == 0 ? 0 : 1e-6f * Math.Max(Math.Abs(expected), 1));
                    Assert.Equal(context[(p * n * d) + i], prompts.Covariate(p, 0)[i], 1e-5f);
                }
            }

            GC.KeepAlive(room);
        }
    }

    [Fact]
    public void Covariates_are_those_that_PyTorch_and_NumPy_make_of_the_same_seed()
    {
        foreach (JsonElement golden in GoldenFile.Read("covariates").EnumerateArray())
        {
            (int b, int n, int d) = (golden.Int("B"), golden.Int("N"), golden.Int("d"));
            CovariateLaw law = PartCases.Part<CovariateLaw>(golden.Text("covariates"));
            PromptBatch batch = new(new() { BatchSize = b, ContextLength = n, Dimension = d, Covariates = law });
            batch.Draw(new TorchStream((ulong)golden.Int("seed")));
            (float[] z, float[] y) = batch.ToTokens();
            float[] context = golden.Floats("context");
            float[] queries = golden.Floats("queries");
            float[] tasks = golden.Floats("tasks");
            float largest = context.Max(Math.Abs);
            for (int p = 0; p < b; p++)
            {
                double label = 0;
                for (int t = 0; t <= n; t++)
                {
                    for (int i = 0; i < d; i++)
                    {
                        float expected = t < n ? context[(((p * n) + t) * d) + i] : queries[(p * d) + i];
                        label += t < n ? 0 : (double)expected * tasks[(p * d) + i];

                        // A few roundings; a normal number near 0 has those of its angle.
                        Assert.Equal(expected, z[(((p * (n + 1)) + t) * (d + 1)) + i], 1e-6 * Math.Max(Math.Abs(expected), 1));
                    }
                }

                Assert.Equal(label, y[p], 1e-6 * D * Math.Max(1, largest));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Covariates_have_the_moments_and_the_distribution_of_their_law(string text, string stream)
    {
        Known known = OfCovariates.GetValueOrDefault(text) ?? throw Unknown(text);
        VectorSample sample = Sample(text, stream, known);
        AssertMoments(sample.First, known);
        AssertMoments(sample.Query, known);
        Assert.Equal(known.TokensShareNetwork, AreCorrelated(sample.First, sample.Second));
        Assert.False(AreCorrelated(sample.First, sample.Task));
        Assert.False(AreCorrelated(sample.Query, sample.Task));
        AssertMoments(sample.Task, OfTasks["normal"]);
    }

    [Theory]
    [MemberData(nameof(TaskCases))]
    public void Task_vectors_have_the_moments_and_the_distribution_of_their_law(string text, string stream)
    {
        Known known = OfTasks.GetValueOrDefault(text) ?? throw Unknown(text);
        PromptSettings settings = Settings() with { Tasks = PartCases.Part<TaskLaw>(text) };
        VectorSample sample = VectorSample.Draw(settings, Stream(stream));
        AssertMoments(sample.Task, known);
        Assert.False(AreCorrelated(sample.First, sample.Task));
    }

    [Theory]
    [MemberData(nameof(Covariates))]
    public void Both_streams_have_the_same_distribution_of_covariates(string text)
    {
        Known known = OfCovariates.GetValueOrDefault(text) ?? throw Unknown(text);
        AssertSame(Sample(text, nameof(StreamKind.Torch), known), Sample(text, nameof(StreamKind.Native), known), sample => sample.First);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Both_streams_have_the_same_distribution_of_task_vectors(string text)
    {
        PromptSettings settings = Settings() with { Tasks = PartCases.Part<TaskLaw>(text) };
        AssertSame(
            VectorSample.Draw(settings, Stream(nameof(StreamKind.Torch))),
            VectorSample.Draw(settings, Stream(nameof(StreamKind.Native))),
            sample => sample.Task);
    }

    [Theory]
    [MemberData(nameof(Covariates))]
    public void A_law_that_says_what_it_is_says_so_rightly(string text)
    {
        CovariateLaw law = PartCases.Part<CovariateLaw>(text);
        Assert.Equal(law is NormalCovariates, law.IsStandardNormal);
        Assert.True(law.UsualClipThreshold > 0 && double.IsFinite(law.UsualClipThreshold));

        // Shaping one by one and all together are the same.
        const int Vectors = 7;
        float[] entries = new float[Vectors * D];
        float[] factors = new float[Vectors * law.FactorCount];
        TorchStream stream = new(3);
        law.FillEntries(stream, entries);
        law.DrawFactors(stream, factors);
        float[] together = [.. entries];
        law.ShapeAll(together, factors, D);
        for (int v = 0; v < Vectors; v++)
        {
            law.Shape(entries.AsSpan(v * D, D), factors.AsSpan(v * law.FactorCount, law.FactorCount));
        }

        Assert.Equal(entries, together);
        Assert.True(law.FactorCount == 0 || law.IsShaped);
    }

    private static void AssertMoments(List<double[]> vectors, Known known)
    {
        if (known.Vectors is { } count)
        {
            AssertUniform(vectors, count);
            return;
        }

        if (known.Distribution is { } distribution)
        {
            for (int i = 0; i < D; i++)
            {
                SampleTests.AssertDistribution([.. vectors.Select(x => x[i])], distribution);
            }
        }

        if (known.HasFewMoments)
        {
            // Signs and directions are left: symmetric, and alike in all coordinates.
            vectors = [.. vectors.Select(x => x.Select(entry => entry / Math.Sqrt(x.Sum(y => y * y))).ToArray())];
            known = OfCovariates["sphere"];
        }

        for (int i = 0; i < D; i++)
        {
            SampleTests.AssertMean(vectors, x => x[i], 0);
            for (int j = 0; j <= i; j++)
            {
                SampleTests.AssertMean(vectors, x => x[i] * x[j], i == j ? known.Variance : 0);
            }
        }

        if (known.Fourth is { } fourth)
        {
            SampleTests.AssertMean(vectors, x => x.Sum(entry => Math.Pow(entry, 4)) / D, fourth);
        }
    }

    /// <summary>Whether there are so many different vectors, each as often as the others: by the χ² of their numbers.</summary>
    private static void AssertUniform(List<double[]> vectors, int count)
    {
        int[] numbers = [.. vectors.GroupBy(x => string.Join(' ', x)).Select(group => group.Count())];
        Assert.Equal(count, numbers.Length);
        double expected = (double)vectors.Count / count;
        double chi = numbers.Sum(number => (number - expected) * (number - expected) / expected);
        Assert.InRange(chi, 0, count - 1 + (6 * Math.Sqrt(2.0 * (count - 1))));
    }

    /// <summary>Whether entries of one vector go with those of the other: of their directions, so that heavy tails have moments.</summary>
    private static bool AreCorrelated(List<double[]> some, List<double[]> others)
    {
        for (int i = 0; i < D * D; i++)
        {
            double[] products = [.. some.Zip(others, (x, y) => x[i / D] * y[i % D] / Math.Sqrt(x.Sum(e => e * e) * y.Sum(e => e * e)))];
            double mean = products.Average();
            if (Math.Abs(mean) > 5 * Math.Sqrt(products.Average(x => (x - mean) * (x - mean)) / products.Length))
            {
                return true;
            }
        }

        return false;
    }

    private static void AssertSame(VectorSample torch, VectorSample native, Func<VectorSample, List<double[]>> vectors)
    {
        Func<double[], double>[] numbers = [x => x[0], x => x[D - 1], x => x.Sum(e => e * e), x => x[0] * x[1], x => x.Sum()];
        foreach (Func<double[], double> of in numbers)
        {
            SampleTests.AssertSameDistribution([.. vectors(torch).Select(of)], [.. vectors(native).Select(of)]);
        }
    }

    private static VectorSample Sample(string text, string stream, Known known)
        => VectorSample.Draw(Settings() with { Covariates = known.Of ?? PartCases.Part<CovariateLaw>(text) }, Stream(stream));

    private static PromptSettings Settings() => new() { BatchSize = Prompts, ContextLength = 1, Dimension = D };

    private static IStream Stream(string kind) => kind is nameof(StreamKind.Torch) ? new TorchStream(8) : new NativeStream(8);

    private static KeyNotFoundException Unknown(string text) => new($"nothing is known of the law {text} here: its moments must be");

    /// <summary>Student's distribution function of three degrees of freedom.</summary>
    private static double StudentOfThree(double t)
        => 0.5 + (((t / Math.Sqrt(3) / (1 + (t * t / 3))) + Math.Atan(t / Math.Sqrt(3))) / Math.PI);

    /// <summary>What is known of a law. Its mean is 0, its entries are uncorrelated.</summary>
    /// <param name="Variance">Of each entry.</param>
    /// <param name="Fourth">E x_i⁴, averaged over i; null where it is infinite or not known.</param>
    /// <param name="Distribution">The distribution function of an entry; null where it is not known.</param>
    /// <param name="Of">The law, where it is not the text's.</param>
    /// <param name="HasFewMoments">Whether a sample's second moments say little: those of directions are compared instead.</param>
    /// <param name="TokensShareNetwork">Whether the covariates of a prompt depend on one another.</param>
    /// <param name="Vectors">How many vectors there are, where there are few, which have no moments of a law.</param>
    private sealed record Known(
        double Variance = double.NaN,
        double? Fourth = null,
        Func<double, double>? Distribution = null,
        CovariateLaw? Of = null,
        bool HasFewMoments = false,
        bool TokensShareNetwork = false,
        int? Vectors = null);
}
