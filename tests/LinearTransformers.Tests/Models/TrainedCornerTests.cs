using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Tests.Tables;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Models;

/// <summary>The corner of P as a parameter, beside the same structure without; ModelTableTests compare with PyTorch.</summary>
public class TrainedCornerTests
{
    /// <summary>The structures that can have one.</summary>
    public static TheoryData<string> Structures
        => [.. PartCases.TextsOf(typeof(ParameterStructure)).Where(text => !PartCases.Part<ParameterStructure>(text).IsFull)];

    [Theory]
    [MemberData(nameof(Structures))]
    public void At_1_loss_and_gradient_are_those_of_the_structure_without_it(string parameters)
    {
        LinearTransformerModel without = new() { Parameters = PartCases.Part<ParameterStructure>(parameters) };
        LinearTransformerModel with = without with { HasTrainedCorner = true };
        ModelSizes sizes = new(4, 2, 3);
        PromptBatch batch = new(new() { BatchSize = 40, ContextLength = 9, Dimension = 3 });
        batch.Draw(new TorchStream(3));
        int count = without.Layout(sizes).Count;
        ParameterArray corner = with.Layout(sizes).Arrays[^1];
        double[] among = [.. Enumerable.Range(0, count).Select(i => 0.3 * Math.Sin(i + 1)), .. Enumerable.Repeat(1.0, corner.Count)];
        double[] expected = new double[count];
        double[] gradient = new double[among.Length];

        double loss = Load(without).Evaluate(among.AsSpan(0, count), expected);

        Assert.Equal("corner", corner.Name);
        Assert.Equal([4, 2], corner.Sizes);
        Assert.Equal(loss, Load(with).Evaluate(among, gradient), 1e-12 * (1 + loss));
        double scale = 1 + expected.Max(Math.Abs);
        Assert.All(expected.Zip(gradient), pair => Assert.Equal(pair.First, pair.Second, 1e-11 * scale));
        Assert.All(gradient.Skip(count), slope => Assert.NotEqual(0, slope));

        BatchLoss<double> Load(LinearTransformerModel model)
        {
            BatchLoss<double> loaded = model.NewLoss<double>(sizes);
            loaded.Load(batch);
            return loaded;
        }
    }

    [Fact]
    public void Zero_P_leaves_Q_and_the_corner()
    {
        TrainingSettings settings = new()
        {
            Model = new LinearTransformerModel { Parameters = new SeparateStructure { Rank = 2 }, HasTrainedCorner = true },
            Heads = 2,
            BatchSize = 20,
            MaxIterations = 3,
            ZeroP = true,
        };
        TrainingRun<float> run = new(settings);
        run.Run();
        int values = settings.Layout.Arrays[0].Count;
        Assert.All(run.Parameters[..values].ToArray(), entry => Assert.Equal(0, entry));
        Assert.All(run.Parameters[values..].ToArray(), entry => Assert.NotEqual(0, entry));
    }

    /// <summary>
    /// Zhang, Singh, Latham and Saxe, 2025: one layer of four heads of rank one, from small parameters, by gradient descent on 5000 prompts
    /// with eigenvalues .4, .3, .2 and .1, N = 31. The expected loss of its parameters is exact.
    /// </summary>
    [Fact]
    public void Four_heads_of_rank_one_learn_one_direction_after_the_other_and_rest_at_the_published_losses()
    {
        double[] eigenvalues = [0.4, 0.3, 0.2, 0.1];
        TrainingSettings settings = new()
        {
            Model = new LinearTransformerModel { Parameters = new SeparateStructure { Rank = 1 }, HasTrainedCorner = true },
            Layers = 1,
            Heads = 4,
            Dimension = 4,
            ContextLength = 31,
            Covariance = new SpectrumCovariance { Eigenvalues = eigenvalues },
            TaskCovariance = new IdentityTaskCovariance(),
            Stream = StreamKind.Native,
            DataSet = 5000,
            BatchSize = 5000,
            Optimizer = new Sgd { Momentum = 0 },
            LearningRate = 1,
            InitialDeviation = 0.01,
            Seed = 11,
            MaxIterations = 5000,
            HistoryStride = 10,
            LogEvery = 10,
        };
        TrainingRun<float> run = new(settings);
        run.Run(stop: TestContext.Current.CancellationToken);
        double[] plateaus = OneLayerPlateaus.Losses(31, eigenvalues);
        double[] published = [1, 0.64058, 0.37737, 0.20980, 0.13600];
        int[] iterations = [200, 410, 910, 1510, 4900];
        for (int m = 0; m < plateaus.Length; m++)
        {
            Assert.Equal(published[m], plateaus[m], 1e-5);
            Assert.InRange(ExpectedLoss(run.History.At(iterations[m])), 0.98 * plateaus[m], 1.02 * plateaus[m]);

            // On the 5000 prompts too, for which the seed was chosen: with others their losses are off by up to nine percent.
            LogLine line = run.Log.Single(logged => logged.Iteration == iterations[m]);
            Assert.InRange(line.Loss, 0.98 * plateaus[m], 1.02 * plateaus[m]);
            Assert.InRange(line.GradientNorm, 0, 1e-3);
        }

        double ExpectedLoss(ReadOnlySpan<float> parameters)
        {
            float[] matrices = ((LinearTransformerModel)settings.Model).Matrices(settings.Sizes, parameters);
            double[,] query = new double[4, 4];
            for (int head = 0; head < 4; head++)
            {
                float corner = matrices[(50 * head) + 24];
                for (int i = 0; i < 16; i++)
                {
                    query[i / 4, i % 4] += corner * matrices[(50 * head) + 25 + (i / 4 * 5) + (i % 4)];
                }
            }

            return OneLayerLoss.Expected(31, query, Diagonal(eigenvalues), Diagonal([1, 1, 1, 1]));
        }
    }

    private static double[,] Diagonal(double[] entries)
    {
        double[,] matrix = new double[entries.Length, entries.Length];
        for (int i = 0; i < entries.Length; i++)
        {
            matrix[i, i] = entries[i];
        }

        return matrix;
    }
}
