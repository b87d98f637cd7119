using LinearTransformers.Activations;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests.Measurements;

public class ExactFloorsTests
{
    private static readonly TrainingSettings Published = new();

    private readonly ExactFloors _floors = new();

    [Fact]
    public void Three_layers_on_normal_prompts_have_the_floors_of_best_step_sizes_and_of_GD_plus_plus()
    {
        (string, double)[] floors = Rounded(Published);
        Assert.Equal([("P = 0, best step sizes", 0.133608), ("GD++", 0.000961)], floors);
    }

    [Fact]
    public void A_rotated_covariance_and_further_heads_change_no_floor()
        => Assert.Equal(Rounded(Published), Rounded(Published with { Covariance = new RotatedCovariance(), Heads = 2 }));

    [Fact]
    public void Where_every_P_is_kept_at_zero_GD_plus_plus_is_out_of_reach()
        => Assert.Equal(
            [("P = 0, best step sizes", 0.133608)],
            Rounded(Published with { ZeroP = true, Covariance = new RotatedCovariance(), ResampleEvery = 100 }));

    [Fact]
    public void Six_layers_have_no_exact_GD_plus_plus()
        => Assert.Equal(["P = 0, best step sizes"], Rounded(Published with { Layers = 6 }).Select(floor => floor.Name));

    [Fact]
    public void One_layer_has_the_floor_of_its_covariates()
    {
        TrainingSettings one = Published with { Layers = 1 };
        Assert.Equal([("Theorem 1", Math.Round(15.0 / 13, 6))], Rounded(one));
        Assert.Equal([("Theorem 5", Math.Round(65.0 / 33, 6))],
            Rounded(one with { Model = new LinearTransformerModel { Activation = new ReluAttention() } }));
        Assert.Equal([("Best linear layer on the sphere", 0.166667)], Rounded(one with { Mode = PromptMode.Sphere }));
        Assert.Equal([("Best linear layer on gamma covariates", 0.72973)], Rounded(one with { Mode = PromptMode.Gamma }));
    }

    [Fact]
    public void With_fewer_examples_than_dimensions_nothing_beats_least_squares()
    {
        TrainingSettings few =
            Published with { ContextLength = 3, Model = new LinearTransformerModel { Activation = new SoftmaxAttention() } };
        Assert.Equal([("Least squares", 2.0)], Rounded(few));
        Assert.Contains(("Least squares", 2.0),
            Rounded(few with { Model = new LinearTransformerModel { Activation = new LinearAttention() } }));
        Assert.All(Rounded(few with { Model = new LinearTransformerModel { Activation = new LinearAttention() } }), floor
            => Assert.True(floor.Value >= 2));
    }

    [Fact]
    public void Where_theory_has_nothing_there_is_nothing()
    {
        Assert.Empty(_floors.Of(Published with { Model = new LinearTransformerModel { Activation = new SoftmaxAttention() } }));
        Assert.Empty(_floors.Of(Published with { Model = new LinearTransformerModel { Activation = new ReluAttention() } }));
        Assert.Empty(_floors.Of(
            Published with { Model = new LinearTransformerModel { Activation = new ReluAttention() }, Layers = 1, Heads = 2 }));
        Assert.Empty(_floors.Of(Published with { Mode = PromptMode.Sphere }));
        Assert.Empty(_floors.Of(Published with { Mode = PromptMode.Relu }));
        Assert.Empty(_floors.Of(Published with { Mode = PromptMode.Mlp, Layers = 1 }));
        Assert.Empty(_floors.Of(Published with { Model = new NonlinearRegressionModel(), Layers = 1 }));

        // The exact moments of several layers would take minutes.
        Assert.Empty(_floors.Of(Published with { Dimension = 64, ContextLength = 100 }));
    }

    [Fact]
    public void With_noise_Bayes_stands_in_place_of_least_squares()
    {
        TrainingSettings noisy = Published with { Noise = new FixedNoise { Deviation = 1 } };
        Assert.Equal(
            [
                ("P = 0, best step sizes", PreconditionedGradientDescentFloor.Optimum(20, 5, 3, 1).Loss),
                ("GD++", GradientDescentPlusPlusFloor.Optimum(20, 5, 3, 1).Loss),
                ("Bayes", RidgeFloor.Bayes(20, 5, NoiseLevels.Fixed(1)).Loss),
            ],
            _floors.Of(noisy).Select(floor => (floor.Name, floor.Value)));
    }

    [Fact]
    public void Means_of_samples_are_there_where_they_are_asked_for_with_their_errors()
    {
        TrainingSettings pool = Published with
        {
            Layers = 1,
            Dimension = 2,
            ContextLength = 4,
            Tasks = new PoolTasks { Count = 50 },
            Noise = new FixedNoise { Deviation = 1 },
        };
        ExactFloor layer = Assert.Single(_floors.Of(pool));
        Assert.Equal(("Best linear layer", null), (layer.Name, layer.StandardError));
        IReadOnlyList<ExactFloor> all = _floors.Of(pool, withSampled: true);
        Assert.Equal(["Best linear layer", "Bayes"], all.Select(floor => floor.Name));
        Assert.Same(layer, all[0]);
        Assert.InRange(all[1].StandardError!.Value, 1e-5, 0.01);
        Assert.StartsWith("Bayes, sampled: ", all[1].Line.Label);
        Assert.StartsWith("Best linear layer, exact: ", layer.Line.Label);
    }

    [Fact]
    public void Runs_that_differ_in_what_makes_no_difference_have_their_floors_in_common()
    {
        IReadOnlyList<ExactFloor> floors = _floors.Of(Published);
        TrainingSettings other = Published with { Seed = 3, MaxIterations = 5, Stream = StreamKind.Native, BatchSize = 7 };
        Assert.All(floors.Zip(_floors.Of(other)), pair => Assert.Same(pair.First, pair.Second));
        Assert.All(
            floors.Zip(_floors.Of(other with { Covariance = new AutoregressiveCovariance() })),
            pair => Assert.Same(pair.First, pair.Second));
    }

    [Theory]
    [InlineData(StreamKind.Torch, null)]
    [InlineData(StreamKind.Torch, 3)]
    [InlineData(StreamKind.Native, null)]
    public void A_covariance_that_is_drawn_is_the_one_of_the_run(StreamKind stream, int? dataSeed)
    {
        TrainingSettings settings = Published with
        {
            Layers = 1,
            Covariance = new RotatedCovariance(),
            TaskCovariance = new SpectrumTaskCovariance { Eigenvalues = [1, 2, 3, 4, 5] },
            Seed = 2,
            DataSeed = dataSeed,
            Stream = stream,
        };
        Covariance drawn = settings.DrawCovariance()!;
        double[,] sigma = new double[5, 5];
        double[,] psi = new double[5, 5];
        for (int i = 0; i < 25; i++)
        {
            sigma[i / 5, i % 5] = Enumerable.Range(0, 5).Sum(k => (double)drawn.U[(i / 5 * 5) + k] * drawn.U[(i % 5 * 5) + k]
                * drawn.D[k] * drawn.D[k]);
            psi[i / 5, i % 5] = i % 6 == 0 ? 1 + (i / 6) : 0;
        }

        Assert.Equal(GeneralOneLayer.Optimum(20, sigma, psi).Loss, Assert.Single(_floors.Of(settings)).Value, 1e-6);
    }

    [Fact]
    public void A_search_stops_when_it_is_asked_to()
    {
        using CancellationTokenSource stop = new();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => _floors.Of(Published with { Layers = 5 }, stop: stop.Token));
        Assert.NotEmpty(_floors.Of(Published));
    }

    private (string Name, double Value)[] Rounded(TrainingSettings settings)
        => [.. _floors.Of(settings).Select(floor => (floor.Name, Math.Round(floor.Value, 6)))];
}
