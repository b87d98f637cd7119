using LinearTransformers.Activations;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
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

    private (string Name, double Value)[] Rounded(TrainingSettings settings)
        => [.. _floors.Of(settings).Select(floor => (floor.Name, Math.Round(floor.Value, 6)))];
}
