using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Tests.Statistics;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Prompts;

/// <summary>Statistics drawn directly against those of tokens, and against exact moments.</summary>
public class WishartStatisticsTests
{
    private const int Prompts = 40_000;

    [Theory]
    [InlineData(20, 5, "")]
    [InlineData(3, 5, "")]
    [InlineData(1, 3, "")]
    [InlineData(7, 4, "covariance rotated")]
    [InlineData(7, 4, "noise 0.5")]
    [InlineData(2, 4, "noise uniform:2 covariance ar:0.9")]
    [InlineData(8, 3, "noise values:0,2 tasks sparse:1")]
    [InlineData(6, 4, "tasks sphere covariance spectrum:2,1,0.5,0.25 task-covariance identity")]
    [InlineData(6, 4, "tasks pool:3:1 task-covariance spectrum:1,2,3,4")]
    [InlineData(6, 4, "covariance random:exponential noise 0.3")]
    [InlineData(6, 4, "covariance random:exponential task-covariance identity tasks sparse:2 noise 0.3")]
    public void Every_entry_is_distributed_as_that_of_tokens(int contextLength, int dimension, string options)
    {
        string[] words = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        TrainingSettings run = SettingNames.Apply(
            new TrainingSettings { BatchSize = Prompts, ContextLength = contextLength, Dimension = dimension },
            [.. words.Chunk(2).Select(pair => (pair[0], pair[1]))]);
        PromptSettings settings = run.Prompts(run.Covariance.Draw(new TorchStream(3), dimension));
        PromptBatch batch = new(settings);
        batch.Draw(new NativeStream(1), statisticsSuffice: true);
        Assert.NotNull(batch.Statistics);
        GramStatistics<float> drawn = new(Prompts, dimension, hasSquares: true);
        drawn.Compute(batch);
        batch.Draw(new TorchStream(2));
        GramStatistics<float> built = new(Prompts, dimension, hasSquares: true);
        built.Compute(batch);
        double[][] a = GramNumbers.Of(drawn);
        double[][] b = GramNumbers.Of(built);
        for (int i = 0; i < a[0].Length; i++)
        {
            int entry = i;
            SampleTests.AssertSameDistribution([.. a.Select(p => p[entry])], [.. b.Select(p => p[entry])]);
        }

        // Entries together: invariants that mix them, among them the determinant's part in two dimensions and the regression's target.
        int triangle = dimension * (dimension + 1) / 2;
        foreach (Func<double[], double> mix in (Func<double[], double>[])
        [
            p => Diagonal(dimension).Sum(i => p[i]),
            p => (p[0] * p[2]) - (p[1] * p[1]),
            p => p[..triangle].Sum(x => x * x),
            p => Enumerable.Range(0, dimension).Sum(i => p[triangle + i] * p[triangle + dimension + i]) * p[^2],
            p => p[triangle] * p[0] * p[triangle + dimension],
            p => (p[^1] * p[0]) - (p[triangle] * p[triangle]),
            p => (p[^1] * Diagonal(dimension).Sum(i => p[i])) - p[triangle..(triangle + dimension)].Sum(x => x * x),
        ])
        {
            SampleTests.AssertSameDistribution([.. a.Select(mix)], [.. b.Select(mix)]);
        }
    }

    [Fact]
    public void Moments_to_the_fourth_order_are_those_of_Wishart_matrices()
    {
        const int N = 20;
        const int d = 5;
        PromptSettings settings = new() { BatchSize = Prompts, ContextLength = N, Dimension = d };
        PromptBatch batch = new(settings);
        batch.Draw(new NativeStream(4), statisticsSuffice: true);
        GramStatistics<float> drawn = new(Prompts, d);
        drawn.Compute(batch);
        WishartMoments exact = new(N, d);
        double[] powers = new double[Prompts];
        double[][] numbers = GramNumbers.Of(drawn);
        for (int k = 1; k <= 4; k++)
        {
            for (int b = 0; b < Prompts; b++)
            {
                powers[b] = TraceOfPower(numbers[b], d, k);
            }

            SampleTests.AssertMean(powers, x => x, (double)exact.TracePower(k) / Math.Pow(N, k));
        }
    }

    [Theory]
    [InlineData(20)]
    [InlineData(2000)]
    public void One_layer_trained_on_them_ends_at_the_exact_optimum(int contextLength)
    {
        TrainingSettings settings = new()
        {
            Stream = StreamKind.Native,
            Layers = 1,
            ContextLength = contextLength,
            BatchSize = 2000,
            HalveEvery = 100,
            MaxIterations = 900,
        };
        TrainingRun<float> run = new(settings);
        run.Run();
        Theorem1Optimum optimum = Theorem1.Optimum(contextLength, [1, 1, 1, 1, 1]);
        double[] diagonal = [.. Enumerable.Range(0, 5).Select(i => (double)run.Parameters[25 + (6 * i)])];
        Assert.Equal(optimum.QueryEigenvalues[0], diagonal.Average(), 0.01);
    }

    private static IEnumerable<int> Diagonal(int d) => Enumerable.Range(0, d).Select(i => (i * (i + 1) / 2) + i);

    private static double TraceOfPower(double[] triangle, int d, int k)
    {
        double[,] g = new double[d, d];
        for (int i = 0, entry = 0; i < d; i++)
        {
            for (int j = 0; j <= i; j++, entry++)
            {
                g[i, j] = g[j, i] = triangle[entry];
            }
        }

        double[,] power = (double[,])g.Clone();
        for (int step = 1; step < k; step++)
        {
            double[,] next = new double[d, d];
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < d; j++)
                {
                    for (int l = 0; l < d; l++)
                    {
                        next[i, j] += power[i, l] * g[l, j];
                    }
                }
            }

            power = next;
        }

        return Enumerable.Range(0, d).Sum(i => power[i, i]);
    }
}
