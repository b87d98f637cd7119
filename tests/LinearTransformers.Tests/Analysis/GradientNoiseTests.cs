using System.Text.Json;
using LinearTransformers.Analysis;
using LinearTransformers.Kernels;
using LinearTransformers.Numerics;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Golden;

namespace LinearTransformers.Tests.Analysis;

public class GradientNoiseTests
{
    private static readonly LinearTransformerShape Shape = new(3, 1, 5);

    [Fact]
    public void The_first_norms_are_those_of_the_published_code()
    {
        JsonElement golden = GoldenFile.Read("analysis").GetProperty("stochastic_noise");
        TorchStream stream = new((ulong)golden.Int("sd"));
        float[] parameters = Shape.Initialize(stream, (float)golden.Double("var"));
        PromptSettings prompts = new() { BatchSize = golden.Int("B"), ContextLength = golden.Int("N"), Dimension = 5 };
        using WorkerTeam team = new(2);
        GradientNoise noise = GradientNoise.Sample(BatchLoss<float>.Of(Shape, team: team), parameters, prompts, stream, 20, team: team);

        // A gradient of norm 8 with entries rounded to floats leaves differences of norm 2 with about seven digits less one.
        double norm = Math.Sqrt(noise.TrueGradient.Sum(g => (double)g * g));
        Assert.Equal(golden.Double("true_gradient_norm"), norm, 2e-5);
        double[] published = golden.Doubles("first_20");
        for (int i = 0; i < published.Length; i++)
        {
            Assert.Equal(published[i], noise.Norms[i], 2e-5 * published[i]);
        }
    }

    [Theory]
    [InlineData(PromptMode.Normal)]
    [InlineData(PromptMode.Gamma)]
    public void Threads_do_not_change_a_bit(PromptMode mode)
    {
        GradientNoise alone = Sample(null);
        using WorkerTeam team = new(3);
        GradientNoise together = Sample(team);

        // Equal to the bit: the same draws in the same order, and sums of fixed order.
        Assert.Equal(alone.Norms, together.Norms);
        Assert.Equal(alone.TrueGradient, together.TrueGradient);
        Assert.Equal(alone.SecondMoments, together.SecondMoments);
        Assert.Equal(alone.CoordinateKurtosis, together.CoordinateKurtosis);

        GradientNoise Sample(WorkerTeam? team)
        {
            TorchStream stream = new(7);
            float[] parameters = Shape.Initialize(stream, 0.05f);
            PromptSettings prompts = new() { Mode = mode, BatchSize = 40, ContextLength = 6, Dimension = 5 };
            return GradientNoise.Sample(
                BatchLoss<float>.Of(Shape, team: team), parameters, prompts, stream, 12, secondMoments: true, team: team);
        }
    }

    [Fact]
    public void Second_moments_add_up_to_the_mean_square_norm()
    {
        TorchStream stream = new(3);
        LinearTransformerShape shape = new(2, 1, 2);
        float[] parameters = shape.Initialize(stream, 0.3f);
        PromptSettings prompts = new() { BatchSize = 16, ContextLength = 5, Dimension = 2 };
        GradientNoise noise = GradientNoise.Sample(BatchLoss<float>.Of(shape), parameters, prompts, stream, 50, secondMoments: true);
        double trace = Enumerable.Range(0, shape.ParameterCount).Sum(i => noise.SecondMoments![i, i]);
        double meanSquare = noise.Norms.Average(norm => norm * norm);
        Assert.Equal(meanSquare, trace, 1e-12 * meanSquare);
        Assert.Equal(meanSquare, GaussianNoiseNorms.OfSquares(noise.SecondMoments!).Mean, 1e-12 * meanSquare);
        for (int dead = shape.OffsetOfP(1, 0); dead < shape.OffsetOfP(1, 0) + shape.MatrixSize; dead++)
        {
            Assert.Equal(0, noise.SecondMoments![dead, dead]);
        }
    }

    [Fact]
    public void Noise_of_the_nonlinear_model_averages_out()
    {
        NonlinearRegressionShape shape = new(2, 1, 3, 4);
        TorchStream stream = new(5);
        float[] parameters = shape.Initialize(stream, 0.2f);
        PromptSettings prompts =
            new()
            {
                BatchSize = 32,
                ContextLength = 6,
                Dimension = 3,
                Labels = new FeatureLabels { Network = FeatureNetwork.Draw(stream, 3, 5, 3) }
            };
        using WorkerTeam team = new(2);
        GradientNoise noise =
            GradientNoise.Sample(BatchLoss<float>.Of(shape, team), parameters, prompts, stream, 400, secondMoments: true, team: team);
        double trace = Enumerable.Range(0, shape.ParameterCount).Sum(i => noise.SecondMoments![i, i]);
        Assert.Equal(noise.Norms.Average(norm => norm * norm), trace, 1e-12 * trace);

        // A hundred times the batch: the true gradient's own noise is a hundredth of the variance, and it is what an average leaves.
        Assert.InRange(Math.Sqrt(noise.TrueGradient.Sum(g => (double)g * g)), 0.01 * Math.Sqrt(trace), 100 * Math.Sqrt(trace));
        Assert.Equal(shape.ParameterCount - 12, ParameterCoordinates.Live(shape).Length);
        Assert.All(Enumerable.Range(0, shape.ParameterCount).Except(ParameterCoordinates.Live(shape)), dead
            => Assert.Equal(0, noise.TrueGradient[dead]));
    }

    [Fact]
    public void It_stops_when_asked_to()
    {
        using CancellationTokenSource source = new();
        PromptSettings prompts = new() { BatchSize = 8, ContextLength = 5, Dimension = 5 };
        int done = 0;
        Assert.Throws<OperationCanceledException>(() => GradientNoise.Sample(
            BatchLoss<float>.Of(Shape),
            new float[Shape.ParameterCount],
            prompts,
            new TorchStream(1),
            100,
            onSample: samples =>
            {
                done = samples;
                if (samples == 5)
                {
                    source.Cancel();
                }
            },
            stop: source.Token));
        Assert.Equal(5, done);
    }
}
