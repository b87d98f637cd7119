using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Models;

/// <summary>P = diag(b I, c) and Q = diag(a I, e), beside what is known of it; ModelTableTests compare with PyTorch.</summary>
public class IsotropicStructureTests
{
    private static readonly LinearTransformerModel Isotropic = new() { Parameters = new IsotropicStructure() };

    [Fact]
    public void A_head_is_four_numbers_on_the_diagonals_of_P_and_Q()
    {
        ModelSizes sizes = new(1, 1, 2);
        Assert.Equal([1, 1, 2, 2], Assert.Single(Isotropic.Layout(sizes).Arrays).Sizes);
        Assert.Equal(
            [2, 0, 0, 0, 2, 0, 0, 0, 3, 4, 0, 0, 0, 4, 0, 0, 0, 5], Isotropic.Matrices<double>(sizes, [2, 3, 4, 5]));
    }

    [Fact]
    public void With_c_of_1_and_e_of_0_it_is_GD_plus_plus()
    {
        LinearTransformerModel plusPlus = new() { Parameters = new IdentityStructure() };
        ModelSizes sizes = new(4, 2, 3);
        PromptBatch batch = new(new() { BatchSize = 40, ContextLength = 9, Dimension = 3, Noise = new FixedNoise { Deviation = 0.5 } });
        batch.Draw(new TorchStream(3));
        double[] parameters = [.. Enumerable.Range(0, plusPlus.Layout(sizes).Count).Select(i => 0.3 * Math.Sin(i + 1))];
        double[] among = [.. parameters.Chunk(2).SelectMany(pair => (double[])[pair[0], 1, pair[1], 0])];
        double[] expected = new double[parameters.Length];
        double[] gradient = new double[among.Length];

        double loss = Load(plusPlus).Evaluate(parameters, expected);

        Assert.Equal(loss, Load(Isotropic).Evaluate(among, gradient), 1e-12 * (1 + loss));
        double scale = expected.Max(Math.Abs);
        Assert.All(expected.Zip(gradient.Where((_, i) => i % 2 == 0)), pair => Assert.Equal(pair.First, pair.Second, 1e-11 * scale));

        BatchLoss<double> Load(LinearTransformerModel model)
        {
            BatchLoss<double> loaded = model.NewLoss<double>(sizes);
            loaded.Load(batch);
            return loaded;
        }
    }

    /// <summary>One layer is x_qᵀ (c a) g, whose best factor is −N/(N + d + 1 + σ²).</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void One_layer_is_trained_to_the_exact_optimum(double noise)
    {
        TrainingSettings settings = new()
        {
            Model = Isotropic,
            Layers = 1,
            Stream = StreamKind.Native,
            Noise = new FixedNoise { Deviation = noise },
            BatchSize = 4000,
            HalveEvery = 100,
            MaxIterations = 900,
        };
        TrainingRun<float> run = new(settings);
        run.Run();
        Assert.Equal(-20 / (26 + (noise * noise)), run.Parameters[1] * run.Parameters[2], 0.005);
    }

    [Fact]
    public void Zero_P_is_b_of_zero_and_leaves_the_three_others()
    {
        TrainingSettings settings = new() { Model = Isotropic, Heads = 2, BatchSize = 20, MaxIterations = 3, ZeroP = true };
        TrainingRun<float> run = new(settings);
        run.Run();
        float[] parameters = run.Parameters.ToArray();
        Assert.All(parameters.Where((_, i) => i % 4 == 0), b => Assert.Equal(0, b));
        Assert.All(parameters.Where((_, i) => i % 4 != 0), other => Assert.NotEqual(0, other));
    }
}
