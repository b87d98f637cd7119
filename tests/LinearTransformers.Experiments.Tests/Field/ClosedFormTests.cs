using LinearTransformers.Experiments.Field;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests.Field;

/// <summary>What the field's experiments compute in closed form, beside samples and plain formulas.</summary>
public class ClosedFormTests
{
    /// <summary>In one layer, −A = Q̂ is all that matters.</summary>
    [Fact]
    public void The_loss_with_a_random_covariance_for_each_prompt_is_that_of_sampled_prompts()
    {
        const int Dimension = 3, Context = 6, Prompts = 400_000;
        TrainingSettings settings = Settings("random:exponential", Context, Dimension) with { BatchSize = Prompts };
        PromptBatch batch = new(settings.Prompts(null));
        batch.Draw(new NativeStream(5));
        BatchLoss<float> loss = settings.NewLoss<float>();
        loss.Load(batch);
        (double step, double least) = RandomCovarianceLayer.Optimum(Context, Dimension, RandomCovarianceLayer.Exponential);
        foreach (double a in (double[])[step, step / 2, 1.3 * step])
        {
            double exact = RandomCovarianceLayer.Loss(Context, Dimension, RandomCovarianceLayer.Exponential, a);
            // Rare prompts of large eigenvalues leave an error of 1.6 %.
            Assert.Equal(exact, loss.Evaluate(Parameters(Dimension, a)), 0.05 * exact);
            Assert.True(exact >= least);
        }
    }

    [Fact]
    public void With_exponential_eigenvalues_no_layer_loses_less_than_a_third_of_the_dimensions()
    {
        Assert.Equal(
            5 / 3.0, RandomCovarianceLayer.Optimum(double.PositiveInfinity, 5, RandomCovarianceLayer.Exponential).Loss, 1e-12);
        double[,] query = Layer.Diagonal([-0.3, -0.3, -0.3]);
        Assert.Equal(
            RandomCovarianceLayer.Loss(double.PositiveInfinity, 3, RandomCovarianceLayer.Exponential, 0.3),
            RandomCovarianceLayer.Limit(query, RandomCovarianceLayer.Exponential), 1e-12);
    }

    [Fact]
    public void Sampled_losses_with_shifted_queries_are_those_of_the_formula()
    {
        double[] covariance = [2, 0.5, 1];
        double[] queries = [0.1, 3, 1];
        double[,] query = { { -0.4, 0.1, 0 }, { 0, -0.6, 0.2 }, { 0.05, 0, -0.5 } };
        double exact = OneLayerLoss.Expected(
            8, query, Layer.Diagonal(covariance), Layer.Diagonal([1, 1, 1]), queryCovariance: Layer.Diagonal(queries));
        (double loss, double error) = ShiftedQueries.Sample(query, 8, covariance, queries, 200_000, 3);
        Assert.True(error < 0.01 * exact);
        Assert.Equal(exact, loss, 4 * error);
    }

    [Fact]
    public void The_loss_on_a_set_is_that_of_the_model_and_its_plateaus_go_down_to_the_least()
    {
        const int Dimension = 4;
        TrainingSettings settings = Settings("spectrum:.4,.3,.2,.1", 31, Dimension) with { DataSet = 2000, BatchSize = 2000 };
        PromptBatch batch = settings.DrawDataSet()!;
        PromptSetLoss set = new(batch);
        BatchLoss<float> loss = settings.NewLoss<float>();
        loss.Load(batch);
        double[] a = [.. Enumerable.Range(0, Dimension * Dimension).Select(i => i % (Dimension + 1) == 0 ? 1.5 : 0)];
        Assert.Equal(loss.Evaluate(Parameters(Dimension, 1.5)), set.Of(a), 1e-4);

        double[,] best = GeneralOneLayer.Optimum(31, Layer.Diagonal([0.4, 0.3, 0.2, 0.1]), Layer.Diagonal([1, 1, 1, 1])).Query;
        double[] plateaus = set.Plateaus([.. Enumerable.Range(0, Dimension).Select(i => -best[i, i])]);
        double[] ofAll = OneLayerPlateaus.Losses(31, [0.4, 0.3, 0.2, 0.1]);
        Assert.Equal(plateaus.OrderDescending(), plateaus);
        Assert.All(plateaus.Zip(ofAll), pair => Assert.Equal(pair.Second, pair.First, 0.08 * pair.Second));
    }

    [Theory]
    [InlineData(150, 1)]
    [InlineData(150, 3)]
    [InlineData(3, 1)]
    public void A_positive_definite_system_is_solved(int size, int threads)
    {
        float[] normals = new float[size * size];
        new NativeStream(1).FillNormal(normals);
        double[][] rows = [.. Enumerable.Range(0, size).Select(i => Enumerable.Range(0, i + 1).Select(j => (i == j ? size : 0)
            + Enumerable.Range(0, size).Sum(k => (double)normals[(i * size) + k] * normals[(j * size) + k])).ToArray())];
        double[] solution = [.. Enumerable.Range(0, size).Select(i => 1.0 + (i % 7))];
        double[] right = [.. Enumerable.Range(0, size).Select(
            i => Enumerable.Range(0, size).Sum(j => (i >= j ? rows[i][j] : rows[j][i]) * solution[j]))];
        double[] ours = DenseSolver.SolvePositive(rows, right, threads);
        Assert.All(ours.Zip(solution), pair => Assert.Equal(pair.Second, pair.First, 1e-10));
    }

    [Fact]
    public void A_layer_fitted_to_few_prompts_fits_them_and_one_fitted_to_many_leaves_no_slope()
    {
        const int Dimension = 4;
        foreach (int count in (int[])[12, 60])
        {
            PoolPrompts prompts = new(Dimension, 4, 0.01, 2);
            (double[] Features, double[] Query, double Label)[] set =
                [.. Enumerable.Range(0, count).Select(_ => prompts.Draw(prompts.DrawTask()))];
            double[] gamma = ReadOutLayer.Fit(
                [.. set.Select(prompt => prompt.Features)], [.. set.Select(prompt => prompt.Query)],
                [.. set.Select(prompt => prompt.Label)]);
            double[] residuals = [.. set.Select(prompt => prompt.Label - gamma.Select((value, i)
                => value * prompt.Query[i / (Dimension + 1)] * prompt.Features[i % (Dimension + 1)]).Sum())];
            if (count < gamma.Length)
            {
                Assert.All(residuals, residual => Assert.Equal(0, residual, 1e-9));
            }

            for (int i = 0; i < gamma.Length; i++)
            {
                Assert.Equal(0, residuals.Select((residual, n) => residual * set[n].Query[i / (Dimension + 1)]
                    * set[n].Features[i % (Dimension + 1)]).Sum(), 1e-9);
            }
        }
    }

    private static TrainingSettings Settings(string covariance, int context, int dimension)
        => SettingNames.Apply(
            new TrainingSettings { Layers = 1, Dimension = dimension, ContextLength = context, Stream = StreamKind.Native },
            [("covariance", covariance), ("task-covariance", "identity")]);

    /// <summary>P̂ = 0 and Q̂ = −a I.</summary>
    private static float[] Parameters(int d, double a)
        => [.. new float[d * d], .. Enumerable.Range(0, d * d).Select(i => i % (d + 1) == 0 ? (float)-a : 0)];
}
