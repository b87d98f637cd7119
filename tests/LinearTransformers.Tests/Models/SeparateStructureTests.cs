using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Shapes;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Models;

/// <summary>Query and key matrices of a rank, against exact theory of what a rank can reach.</summary>
public class SeparateStructureTests
{
    private static readonly double[] Eigenvalues = [2, 1, 0.5, 0.25];

    /// <summary>
    /// The best Q̂ of rank r has the optimum's values in the r largest directions of Λ and is zero in the others: the rest after r of them.
    /// Heads of rank 1 add up to a rank.
    /// </summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(3, 1)]
    [InlineData(5, 1)]
    public void One_layer_of_a_rank_is_trained_to_the_best_of_that_rank(int rank, int heads)
    {
        const int N = 20;
        LinearTransformerModel model = new() { Parameters = new SeparateStructure { Rank = rank } };
        TrainingSettings settings = new()
        {
            Model = model,
            Stream = StreamKind.Native,
            Layers = 1,
            Heads = heads,
            Dimension = Eigenvalues.Length,
            ContextLength = N,
            Covariance = new SpectrumCovariance { Eigenvalues = Eigenvalues },
            TaskCovariance = new IdentityTaskCovariance(),
            BatchSize = 4000,
            HalveEvery = 100,
            MaxIterations = 900,
        };
        TrainingRun<float> run = new(settings);
        run.Run();

        // The expected loss of one layer with this Q̂, w ~ N(0, I): exact.
        float[] matrices = model.Matrices<float>(settings.Sizes, run.Parameters);
        int d = Eigenvalues.Length;
        double trace = Eigenvalues.Sum();
        double loss = trace;
        double[] sum = [.. Enumerable.Range(0, d * d)
            .Select(i => Enumerable.Range(0, heads).Sum(head => -(double)matrices[(((2 * head) + 1) * d * d) + i]))];
        for (int i = 0; i < d; i++)
        {
            loss -= 2 * sum[i * (d + 1)] * Eigenvalues[i] * Eigenvalues[i];
            for (int j = 0; j < d; j++)
            {
                double a = sum[(i * d) + j];
                loss += a * a * Eigenvalues[i] * Eigenvalues[j] * (((N + 1) * Eigenvalues[j]) + trace) / N;
            }
        }

        double least = OneLayerPlateaus.Losses(N, Eigenvalues)[Math.Min(rank * heads, d)];
        Assert.InRange(loss, least * (1 - 1e-6), least * 1.01);
    }

    [Fact]
    public void Its_arrays_have_names_and_axes_for_layers_and_heads()
    {
        LinearTransformerModel model = new() { Parameters = new SeparateStructure { Rank = 2 } };
        ModelSizes sizes = new(3, 4, 5);
        Assert.Equal(["value [3, 4, 5, 5]", "query [3, 4, 2, 5]", "key [3, 4, 2, 5]"], Arrays(model));
        Assert.Equal(["value [1, 4, 5, 5]", "query [1, 4, 2, 5]", "key [1, 4, 2, 5]"], Arrays(model with { IsTied = true }));

        IEnumerable<string> Arrays(Model of)
            => of.Layout(sizes).Arrays.Select(array => $"{array.Name} [{string.Join(", ", array.Sizes)}]");
    }

    [Theory]
    [InlineData("sparse")]
    [InlineData("diagonal")]
    [InlineData("gd++")]
    [InlineData("separate:2")]
    public void Zero_P_leaves_nothing_but_Q(string parameters)
    {
        TrainingSettings settings = SettingNames.Apply(
            new TrainingSettings { Heads = 2, Dimension = 3, BatchSize = 20, MaxIterations = 3, ZeroP = true },
            [("parameters", parameters)]);
        TrainingRun<float> run = new(settings);
        run.Run();
        float[] matrices = ((LinearTransformerModel)settings.Model).Matrices<float>(settings.Sizes, run.Parameters);
        Assert.All(matrices.Select((entry, i) => (entry, i)).Where(pair => pair.i / 9 % 2 == 0), pair => Assert.Equal(0, pair.entry));
        Assert.All(Enumerable.Range(0, 6), head => Assert.Contains(
            matrices[(((2 * head) + 1) * 9)..((2 * head + 2) * 9)], entry => entry != 0));
    }
}
