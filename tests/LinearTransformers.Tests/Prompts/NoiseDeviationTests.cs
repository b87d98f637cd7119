using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Random;
using LinearTransformers.Tests.Statistics;
using LinearTransformers.Tests.Tables;

namespace LinearTransformers.Tests.Prompts;

/// <summary>σ of each prompt among its statistics, wherever the prompts come from.</summary>
public class NoiseDeviationTests
{
    private const int Prompts = 150;
    private const int N = 4000;
    private const int D = 2;

    private static readonly string[] Sources = ["torch", "native", "statistics", "refreshed", "set"];

    public static TheoryData<string, string> Cases
        => [.. from text in PartCases.TextsOf(typeof(NoiseLaw)) from source in Sources select (text, source)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_what_the_residuals_of_least_squares_say(string text, string source)
    {
        PromptSettings settings = Settings(text) with { OwnCovariance = source == "native" ? new RandomCovariance() : null };
        GramStatistics<double> statistics = new(Prompts, D, hasSquares: true, hasDeviations: true);
        Assert.Equal(0, statistics.ContextLength);
        statistics.Compute(Drawn(settings, source));
        Assert.Equal(N, statistics.ContextLength);
        foreach (double[] p in GramNumbers.Of(statistics))
        {
            // Of two dimensions the inverse is written out. √(Σ r²/(N − d)) is within 1/√(2N) of σ, relatively; here six times that.
            double determinant = (p[0] * p[2]) - (p[1] * p[1]);
            double explained = ((p[2] * p[3] * p[3]) - (2 * p[1] * p[3] * p[4]) + (p[0] * p[4] * p[4])) / determinant;
            double estimate = Math.Sqrt(Math.Max(0, p[8] - explained) * N / (N - D));
            Assert.Equal(p[9], estimate, (0.07 * p[9]) + (2e-3 * Math.Sqrt(p[8])));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_has_the_moments_of_its_law_and_changes_nothing_else(string text, string source)
    {
        PromptBatch batch = Drawn(Settings(text) with { BatchSize = 3000, ContextLength = 3 }, source);
        GramStatistics<float> with = new(3000, D, hasSquares: true, hasDeviations: true);
        GramStatistics<float> without = new(3000, D, hasSquares: true);
        with.Compute(batch);
        without.Compute(batch);
        double[][] numbers = GramNumbers.Of(with);

        // Exact: σ stands behind all else.
        Assert.Equal(GramNumbers.Of(without), numbers.Select(prompt => prompt[..^1]));
        double variance = PartCases.Part<NoiseLaw>(text).Variance;
        if (PartCases.Part<NoiseLaw>(text).IsFixed)
        {
            Assert.All(numbers, prompt => Assert.Equal(Math.Sqrt(variance), prompt[^1], 1e-7));
            return;
        }

        SampleTests.AssertMean(numbers, prompt => prompt[^1] * prompt[^1], variance);
    }

    [Fact]
    public void Any_number_of_threads_and_any_width_of_lanes_give_the_same_bits()
    {
        foreach (string source in Sources)
        {
            // Neither bundles nor blocks of 256 prompts come out even.
            PromptBatch batch = Drawn(Settings("uniform:2") with { BatchSize = 1043, ContextLength = 3 }, source);
            double[][] expected = Numbers(null, LaneWidth.Whole);
            Assert.Equal(expected, Numbers(null, LaneWidth.Half));
            foreach (int threads in (int[])[2, 7])
            {
                using WorkerTeam team = new(threads);
                Assert.Equal(expected, Numbers(team, LaneWidth.Whole));
            }

            double[][] Numbers(WorkerTeam? team, LaneWidth width)
            {
                GramStatistics<float> statistics = new(1043, D, width, hasSquares: false, hasDeviations: true);
                statistics.Compute(batch, team);
                return GramNumbers.Of(statistics);
            }
        }
    }

    [Fact]
    public void Labels_of_any_rule_have_it()
    {
        foreach (LabelRule rule in PartCases.PartsOf<LabelRule>())
        {
            PromptBatch batch = Drawn(Settings("values:0.5,2") with { BatchSize = 40, ContextLength = 3, Labels = rule }, "torch");
            GramStatistics<float> statistics = new(40, D, hasSquares: false, hasDeviations: true);
            statistics.Compute(batch);
            Assert.Equal([0.5, 2], GramNumbers.Of(statistics).Select(prompt => prompt[^1]).Distinct().Order());
        }
    }

    [Fact]
    public void It_is_given_with_tokens()
    {
        GramStatistics<double> statistics = GramStatistics<double>.FromTokens([1, 2, 3, 0, 4, 5, 6, 0], [7, 8], 1, deviations: [0.5, 2]);
        Assert.True(statistics.HasDeviations);
        Assert.Equal(1, statistics.ContextLength);
        Assert.Equal([[1, 2, 3, 7, 0.5], [16, 20, 6, 8, 2]], GramNumbers.Of(statistics));
        Assert.False(GramStatistics<double>.FromTokens([1, 2, 3, 0, 4, 5, 6, 0], [7, 8], 1).HasDeviations);
        Assert.Contains("3 standard deviations do not fit 2 prompts", Assert.Throws<ArgumentException>(
            () => GramStatistics<double>.FromTokens([1, 2, 3, 0, 4, 5, 6, 0], [7, 8], 1, deviations: [1, 2, 3])).Message);
    }

    [Fact]
    public void Of_first_examples_there_are_as_many_as_asked_for()
    {
        PromptBatch batch = Drawn(Settings("0.5") with { BatchSize = 40, ContextLength = 7 }, "torch");
        GramStatistics<float> statistics = new(30, D);
        statistics.ComputeFirst(batch, examples: 5);
        Assert.Equal(5, statistics.ContextLength);
    }

    private static PromptSettings Settings(string noise)
        => new() { BatchSize = Prompts, ContextLength = N, Dimension = D, Noise = PartCases.Part<NoiseLaw>(noise) };

    private static PromptBatch Drawn(PromptSettings settings, string source)
    {
        PromptBatch batch = new(settings);
        switch (source)
        {
            case "torch":
                batch.Draw(new TorchStream(5));
                break;
            case "native":
                batch.Draw(new NativeStream(5));
                break;
            case "statistics":
                batch.Draw(new NativeStream(5), statisticsSuffice: true);
                break;
            case "refreshed":
                batch.Refresh(new TorchStream(5));
                break;
            default:
                TorchStream stream = new(5);
                batch.Choose(new DataSet(settings with { BatchSize = settings.BatchSize + 20 }, stream), stream);
                break;
        }

        return batch;
    }
}
