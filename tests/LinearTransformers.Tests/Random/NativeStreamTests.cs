using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Tests.Statistics;

namespace LinearTransformers.Tests.Random;

public class NativeStreamTests
{
    private const int Samples = 200_000;

    [Fact]
    public void Normals_are_normal()
    {
        float[] normals = new float[Samples];
        new NativeStream(1).FillNormal(normals, 2, 3);
        double[] standard = [.. normals.Select(x => (x - 2.0) / 3)];
        SampleTests.AssertMoments(standard, 0, 1, 0, 3);
        SampleTests.AssertDistribution(standard, SampleTests.NormalDistribution);
    }

    [Fact]
    public void Uniforms_are_uniform()
    {
        float[] uniforms = new float[Samples];
        new NativeStream(2).FillUniform(uniforms, -1, 3);
        SampleTests.AssertDistribution([.. uniforms.Select(u => (double)u)], x => (x + 1) / 4);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1)]
    [InlineData(7.5)]
    public void Gammas_have_the_moments_of_gammas(double shape)
    {
        float[] gammas = new float[Samples];
        new NativeStream(3).FillGamma(gammas, shape, 2);
        double[] scaled = [.. gammas.Select(x => x / 2.0)];

        // E X^k = shape (shape + 1) … (shape + k − 1).
        double raw2 = shape * (shape + 1);
        double raw3 = raw2 * (shape + 2);
        SampleTests.AssertMean(scaled, x => x, shape);
        SampleTests.AssertMean(scaled, x => x * x, raw2);
        SampleTests.AssertMean(scaled, x => x * x * x, raw3);
        SampleTests.AssertMean(scaled, Math.Sqrt, Math.Exp(SampleTests.LogGamma(shape + 0.5) - SampleTests.LogGamma(shape)));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(1.5)]
    public void Gammas_side_by_side_have_the_distribution_of_those_drawn_one_by_one(double shape)
    {
        const int Shares = 12_000;
        double[] lanes = new double[Shares * 8];
        float[] alone = new float[lanes.Length];
        new NativeStream(8).FillGamma(alone, shape, 1);
        for (int share = 0; share < Shares; share++)
        {
            System.Runtime.Intrinsics.Vector256<float> gamma = new LaneDraws(new NativeBatch(4, 0), DrawDomain.Lengths, (uint)(8 * share))
                .Gamma(shape);
            for (int lane = 0; lane < 8; lane++)
            {
                lanes[(8 * share) + lane] = gamma[lane];
            }
        }

        SampleTests.AssertMean(lanes, x => x, shape);
        SampleTests.AssertMean(lanes, x => x * x, shape * (shape + 1));
        SampleTests.AssertMean(lanes, Math.Sqrt, Math.Exp(SampleTests.LogGamma(shape + 0.5) - SampleTests.LogGamma(shape)));
        SampleTests.AssertSameDistribution(lanes, [.. alone.Select(x => (double)x)]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(400)]
    public void Chi_is_the_length_of_so_many_normals(int degrees)
    {
        const int Shares = 12_000;
        double[] squares = new double[Shares * 8];
        for (int share = 0; share < Shares; share++)
        {
            LaneDraws draws = new(new NativeBatch(4, 0), DrawDomain.Statistics, (uint)(8 * share));
            System.Runtime.Intrinsics.Vector256<float> chi = draws.Chi(degrees);
            for (int lane = 0; lane < 8; lane++)
            {
                squares[(8 * share) + lane] = (double)chi[lane] * chi[lane];
            }
        }

        SampleTests.AssertMoments(squares, degrees, 2.0 * degrees, Math.Sqrt(8.0 / degrees), 3 + (12.0 / degrees));
        SampleTests.AssertDistribution(squares, x => SampleTests.ChiSquareDistribution(x, degrees));
    }

    [Fact]
    public void What_a_prompt_gets_does_not_depend_on_the_lane_or_on_other_prompts()
    {
        LaneDraws together = new(new NativeBatch(5, 9), DrawDomain.Statistics, 16);
        System.Runtime.Intrinsics.Vector256<float> chi = together.Chi(3);
        for (uint lane = 0; lane < 8; lane++)
        {
            LaneDraws alone = new(new NativeBatch(5, 9), DrawDomain.Statistics, 16 + lane);

            // Exact: the same counters, the same operations.
            Assert.Equal(chi[(int)lane], alone.Chi(3)[0]);
        }
    }

    [Theory]
    [InlineData(PromptMode.Normal)]
    [InlineData(PromptMode.Sphere)]
    [InlineData(PromptMode.Gamma)]
    public void Batches_go_on_from_a_saved_state(PromptMode mode)
    {
        PromptSettings settings = new() { Mode = mode, BatchSize = 700, ContextLength = 6, Dimension = 3 };
        NativeStream stream = new(6);
        PromptBatch first = new(settings);
        first.Draw(stream);
        StreamState state = stream.Save();
        PromptBatch second = new(settings);
        second.Draw(stream);
        NativeStream resumed = new(0);
        resumed.Restore(state);
        PromptBatch again = new(settings);
        again.Draw(resumed);
        Assert.Equal(second.ToTokens().Z, again.ToTokens().Z);
        Assert.NotEqual(first.ToTokens().Z, second.ToTokens().Z);
        Assert.Throws<ArgumentException>(() => resumed.Restore(new([1, 2])));
    }

    [Fact]
    public void Directly_drawn_statistics_do_not_depend_on_the_number_of_threads()
    {
        PromptSettings settings = new() { BatchSize = 1003, ContextLength = 6, Dimension = 3 };
        PromptBatch batch = new(settings);
        batch.Draw(new NativeStream(7), statisticsSuffice: true);
        GramStatistics<float> alone = new(1003, 3);
        alone.Compute(batch);
        using WorkerTeam team = new(4);
        GramStatistics<float> together = new(1003, 3);
        together.Compute(batch, team);
        Assert.Equal(GramNumbers.Of(alone), GramNumbers.Of(together));
        GramStatistics<double> wide = new(1003, 3);
        wide.Compute(batch, team);
        Assert.Equal(GramNumbers.Of(alone), GramNumbers.Of(wide)); // Exact: single precision, widened.
    }
}
