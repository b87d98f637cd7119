using LinearTransformers.Experiments.Exact;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Shapes;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests.Exact;

/// <summary>Exact values of prompts of all kinds against losses on prompts that are drawn.</summary>
public class ExactFamilyTests
{
    private const int Batches = 16;
    private const int Prompts = 8000;

    private static readonly string[] Kinds =
    [
        "",
        "noise 0.5",
        "noise values:0,2 covariance ar:0.7",
        "covariance ar:0.7 task-covariance identity",
        "covariance spectrum:3,2,1,0.5 task-covariance spectrum:0.5,1,2,4 noise uniform:1",
        "covariance rotated noise 0.5",
        "tasks sparse:2",
        "tasks sphere noise 0.5",
        "tasks pool:3:1 covariance ar:0.7",
        "tasks sparse:1 task-covariance spectrum:1,2,3,4",
    ];

    public static TheoryData<StreamKind, string> Cases
        => [.. from stream in Enum.GetValues<StreamKind>() from kind in Kinds select (stream, kind)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void One_layer_with_the_parameters_of_theory_has_the_loss_of_theory(StreamKind stream, string options)
    {
        TrainingSettings settings = Settings(options, 1) with { Stream = stream };
        ExactCase of = ExactCase.Of(settings)!;
        GeneralOneLayerOptimum optimum = GeneralOneLayer.Optimum(of.N, of.Covariance, of.TaskCovariance, of.NoiseVariance);
        float[] parameters = new float[2 * of.D * of.D];
        for (int i = 0; i < of.D * of.D; i++)
        {
            parameters[(of.D * of.D) + i] = (float)optimum.Query[i / of.D, i % of.D];
        }

        ExactRow row = Assert.Single(new OneLayerFamily().Rows(of, 1, default));
        Assert.Equal(optimum.Loss, row.Loss);
        AssertLoss(settings, parameters, row.Loss);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_of_theory_have_its_loss_where_labels_vary_alike_in_every_direction(StreamKind stream, string options)
    {
        TrainingSettings settings = Settings(options, 2) with { Stream = stream };
        ExactCase of = ExactCase.Of(settings)!;
        StepsFamily steps = new();
        Assert.Equal(of.Scale is not null, steps.Knows(of));
        if (!steps.Knows(of))
        {
            return;
        }

        ExactRow row = Assert.Single(steps.Rows(of, 2, default));

        // Q̂ = −a Σ⁻¹.
        double[,] inverse = Inverse(of.Covariance);
        int square = of.D * of.D;
        float[] parameters = new float[4 * square];
        for (int l = 0; l < 2; l++)
        {
            for (int i = 0; i < square; i++)
            {
                parameters[(((2 * l) + 1) * square) + i] = (float)(-row.Parameters![l] * inverse[i / of.D, i % of.D]);
            }
        }

        AssertLoss(settings, parameters, row.Loss);
    }

    [Theory]
    [InlineData("labels network")]
    [InlineData("covariance random:exponential")]
    [InlineData("data-set 8000")]
    [InlineData("model nonlinear-regression")]
    public void Of_other_prompts_nothing_is_said(string options)
        => Assert.Empty(ExactFamily.Of(_ => Settings(options, 2), [1, 2], default));

    [Fact]
    public void Exact_values_are_of_the_numbers_that_were_set_and_not_of_their_rounding()
    {
        double[] spectrum = [0.1, 0.2, 0.3, 0.7];
        double[] ofTasks = [0.3, 0.2, 0.1, 0.7];
        ExactCase diagonal = ExactCase.Of(Settings("covariance spectrum:0.1,0.2,0.3,0.7 task-covariance spectrum:0.3,0.2,0.1,0.7", 1))!;
        ExactCase ar = ExactCase.Of(Settings("covariance ar:0.7", 1))!;
        for (int i = 0; i < 16; i++)
        {
            (int row, int column) = (i / 4, i % 4);
            Assert.Equal(row == column ? spectrum[row] : 0, diagonal.Covariance[row, column], 1e-15);
            Assert.Equal(row == column ? ofTasks[row] : 0, diagonal.TaskCovariance[row, column], 1e-15);
            Assert.Equal(Math.Pow(0.7, Math.Abs(row - column)), ar.Covariance[row, column], 1e-14);
        }
    }

    [Theory]
    [InlineData("spectrum:0.1,0.2,0.3,0.7")]
    [InlineData("ar:0.7")]
    [InlineData("rotated")]
    public void The_inverse_of_a_covariance_is_its_inverse_in_double_precision(string covariance)
    {
        ExactCase of = ExactCase.Of(Settings($"covariance {covariance}", 1))!;
        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(
                i % 5 == 0 ? 1 : 0, Enumerable.Range(0, 4).Sum(k => of.Covariance[i / 4, k] * of.TaskCovariance[k, i % 4]), 1e-13);
        }
    }

    [Fact]
    public void Plateaus_are_those_of_the_paper()
    {
        TrainingSettings settings = Settings("parameters separate:1 N 31 covariance spectrum:0.4,0.3,0.2,0.1 task-covariance identity", 1);
        double[] losses = [.. ExactFamily.Of(_ => settings, [1], default).Where(row => row.Family == "plateau").Select(row => row.Loss)];

        // To the digits that the paper's formula gives (arXiv 2501.16265).
        Assert.All(losses.Zip([1, 0.64058, 0.37737, 0.20980, 0.13600]), pair => Assert.Equal(pair.Second, pair.First, 5e-6));
        Assert.Equal(5, losses.Length);
    }

    [Fact]
    public void Every_family_is_known_of_some_prompts()
    {
        TrainingSettings plain = Settings("", 1);
        TrainingSettings pool = Settings("noise 1 tasks pool:2", 1);
        IEnumerable<string> families = ExactFamily.Of(family => family.Where(plain), [1], default)
            .Concat(ExactFamily.Of(_ => pool, [1], default)).Concat(ExactFamily.Of(_ => Settings("noise 1", 1), [1], default))
            .Concat(ExactFamily.Of(_ => Settings("parameters separate:1", 1), [1], default))
            .Select(row => row.Family).Distinct();
        Assert.Equal(
            [
                "bayes", "constant-step", "gd", "gd++", "gd++-sampled", "least-squares", "one-layer", "one-layer-gamma", "one-layer-relu",
                "one-layer-sphere", "plateau", "ridge", "ridge-constant", "steps",
            ],
            families.Order(StringComparer.Ordinal));
    }

    private static TrainingSettings Settings(string options, int layers) => SettingNames.Apply(
        new TrainingSettings { Dimension = 4, ContextLength = 12, Layers = layers, BatchSize = Prompts, Seed = 5 },
        [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(pair => (pair[0], pair[1]))]);

    /// <summary>Within five standard errors of the mean over batches.</summary>
    private static void AssertLoss(TrainingSettings settings, float[] parameters, double expected)
    {
        IStream stream = settings.Stream is StreamKind.Torch ? new TorchStream(11) : new NativeStream(11);
        PromptBatch batch = new(settings.Prompts(settings.DrawCovariance()));
        GramLoss<float> loss = new(new LinearTransformerShape(settings.Layers, 1, settings.Dimension));
        GramStatistics<float> statistics = new(Prompts, settings.Dimension);
        double[] losses = new double[Batches];
        for (int i = 0; i < Batches; i++)
        {
            batch.Draw(stream);
            statistics.Compute(batch);
            losses[i] = loss.Evaluate(parameters, statistics);
        }

        double mean = losses.Average();
        double error = Math.Sqrt(losses.Average(x => (x - mean) * (x - mean)) / (Batches - 1));
        Assert.True(Math.Abs(mean - expected) < 5 * error, $"{mean} ± {error} on prompts, {expected} exact");
    }

    private static double[,] Inverse(double[,] matrix)
    {
        int d = matrix.GetLength(0);
        SymmetricMatrix symmetric = new([.. matrix.Cast<double>()]);
        double[,] inverse = new double[d, d];
        for (int i = 0; i < d * d; i++)
        {
            inverse[i / d, i % d] = Enumerable.Range(0, d).Sum(
                k => symmetric.Eigenvectors[(i / d * d) + k] * symmetric.Eigenvectors[(i % d * d) + k] / symmetric.Eigenvalues[k]);
        }

        return inverse;
    }
}
