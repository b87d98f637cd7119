using LinearTransformers.Activations;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Optimizers;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Tests.Training;

public class SettingsTests
{
    public static TheoryData<string, TrainingSettings> Wrong => new()
    {
        { "lr is 0: it must be positive and finite", new() { LearningRate = 0 } },
        { "lr is NaN: it must be positive and finite", new() { LearningRate = double.NaN } },
        { "clip is -1: it must be positive and finite", new() { ClipThreshold = -1 } },
        { "sd is -1: it must be from 0 to 4294967295", new() { Seed = -1 } },
        { "data-seed is 4294967296: it must be from 0 to 4294967295", new() { DataSeed = 4294967296 } },
        { "max-iters is 0: it must be at least 1", new() { MaxIterations = 0 } },
        { "n-layer is 0: it must be at least 1", new() { Layers = 0 } },
        { "n-head is 0: it must be at least 1", new() { Heads = 0 } },
        { "N is 0: it must be at least 1", new() { ContextLength = 0 } },
        { "d is 0: it must be at least 1", new() { Dimension = 0 } },
        { "B is 0: it must be at least 1", new() { BatchSize = 0 } },
        { "var is ∞: it must be positive and finite", new() { InitialDeviation = double.PositiveInfinity } },
        { "shape-k is 0: it must be positive and finite", new() { Covariates = new GammaCovariates { ShapeK = 0 } } },
        { "betas is 1: it must be at least 0 and below 1", new() { Optimizer = new Adam { Beta2 = 1 } } },
        { "momentum is -0.1: it must be at least 0 and below 1", new() { Optimizer = new Sgd { Momentum = -0.1 } } },
        { "schedule is halve:0: it must be halve:n with n at least 1", new() { HalveEvery = 0 } },
        { "hist-stride is 0: it must be at least 1", new() { HistoryStride = 0 } },
        { "log-every is 0: it must be at least 1", new() { LogEvery = 0 } },
        { "covariance is rotated: it must be identity with network covariates",
            new() { Mode = PromptMode.Mlp, Covariance = new RotatedCovariance() } },
        { "resample-every is 3: it must be left out, or 0, with sphere covariates and linear labels",
            new() { Mode = PromptMode.Sphere, ResampleEvery = 3 } },
        { "B is 2000000000: it must be at most", new() { BatchSize = 2_000_000_000 } },
        { "hidden is 0: it must be at least 1", new() { Model = new NonlinearRegressionModel { Hidden = 0 } } },
        { "task-seed is -1: it must be from 0 to 4294967295", new() { Labels = new FeatureLabels { Seed = -1 } } },
        { "resample-every is 1: it must be left out, or 0, with normal covariates and features labels",
            new() { Model = new NonlinearRegressionModel(), ResampleEvery = 1 } },
        { "covariance is rotated: it must be identity with features labels",
            new() { Model = new NonlinearRegressionModel(), Covariance = new RotatedCovariance() } },
        { "clip-scope is matrix: it must be all with model nonlinear-regression",
            new() { Model = new NonlinearRegressionModel(), ClipScope = ClipScope.Matrix } },
        { "zero-p is true: it must be false with a model that has no matrices P",
            new() { Model = new NonlinearRegressionModel(), ZeroP = true } },
        { "zero-p is true: it must be false with alg lbfgs", new() { Optimizer = new Lbfgs(), ZeroP = true } },
        { "weight-decay is 0.1: it must be 0 with alg lbfgs", new() { Optimizer = new Lbfgs(), WeightDecay = 0.1 } },
        { "weight-decay is -1: it must be at least 0 and finite", new() { WeightDecay = -1 } },
        { "warm-up is -1: it must be at least 0", new() { WarmUp = -1 } },
        { "schedule is cosine:1.5: it must be cosine:final with final from 0 to 1", new() { Schedule = new CosineRate { Final = 1.5 } } },
        { "activation is relu: it must be none with parameters full",
            new() { Model = new LinearTransformerModel { Activation = new ReluAttention(), Parameters = new FullStructure() } } },
        { "activation is relu: it must be none with trained-corner, whose attention is linear",
            new() { Model = new LinearTransformerModel { Activation = new ReluAttention(), HasTrainedCorner = true } } },
        { "trained-corner is true: it must be false with parameters isotropic, which have the corner of P already",
            new() { Model = new LinearTransformerModel { Parameters = new IsotropicStructure(), HasTrainedCorner = true } } },
        { "zero-p is true: it must be false with a model that has no matrices P",
            new() { Model = new LinearTransformerModel { Parameters = new FullStructure() }, ZeroP = true } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Settings_that_make_no_sense_are_named_with_their_value_and_what_would_be_right(string message, TrainingSettings settings)
        => Assert.StartsWith(
            message.Replace("∞", "Infinity"), Assert.Throws<SettingException>(settings.Validate).Message.Replace("∞", "Infinity"));

    [Fact]
    public void Settings_come_back_from_JSON_as_they_were()
    {
        TrainingSettings settings = new()
        {
            Mode = PromptMode.Gamma,
            Optimizer = new Sgd(),
            LearningRate = 0.1 + 0.2,
            ClipThreshold = 0.3,
            ClipScope = ClipScope.Matrix,
            DataSeed = 5,
            HalveEvery = 4000,
            ZeroP = true,
            Precision = Precision.Double,
        };
        Assert.Equal(settings, SettingsJson.Read(SettingsJson.Write(settings)));
    }

    [Theory]
    [InlineData("{\"learning_rate\": 1}", "learning_rate")]
    [InlineData("{\n\"learning-rate\": 1}", "line 2: there is no setting learning-rate; did you mean lr?")]
    [InlineData("{\"lr\": 1,\n\n\"nlayer\": 1}", "line 3: there is no setting nlayer; did you mean n-layer?")]
    [InlineData("{\"batch_size\": 1}", "line 1: there is no setting batch_size; did you mean B?")]
    [InlineData("{\"n\": 1}", "line 1: there is no setting n; did you mean N?")]
    [InlineData("{\"seed\": 1}", "line 1: there is no setting seed; did you mean sd?")]
    [InlineData("{\"weight\": 1}", "line 1: there is no setting weight; did you mean weight-decay?")]
    [InlineData("{\"lr\": \"fast\"}", "line 1: lr is \"fast\": it must be a number")]
    [InlineData("{\"mode\": 1}", "line 1: mode is 1: it must be normal, sphere, gamma, relu or mlp, or null")]
    [InlineData("{\"B\": 1.5}", "line 1: B is 1.5: it must be a whole number")]
    [InlineData("{\"resample-every\": true}", "line 1: resample-every is true: it must be a whole number up to 2147483647, or null")]
    [InlineData("{\"toclip\": {\n}}", "line 1: toclip is { }: it must be true or false")]
    [InlineData("[1]", "line 1")]
    [InlineData("{\"lr\": 1,}", "line 1")]
    [InlineData("null", "object")]
    [InlineData("", "line 1")]
    public void JSON_that_is_no_configuration_is_refused_with_its_place(string json, string message)
        => Assert.Contains(message, Assert.Throws<FormatException>(() => SettingsJson.Read(json)).Message);

    [Fact]
    public void JSON_with_a_wrong_value_is_refused_by_name()
        => Assert.Equal("lr", Assert.Throws<SettingException>(() => SettingsJson.Read("{\"lr\": -1}")).Setting);

    [Fact]
    public void What_a_file_leaves_out_has_its_default()
    {
        Assert.Equal(new TrainingSettings(), SettingsJson.Read("{}"));
        Assert.Equal(new TrainingSettings { LearningRate = 0.5, ToClip = false }, SettingsJson.Read("{\"lr\": 0.5, \"toclip\": false}"));
        Assert.Contains("twice", Assert.Throws<FormatException>(() => SettingsJson.Read("{\"lr\": 1, \"lr\": 2}")).Message);
        Assert.Contains("line 2", Assert.Throws<FormatException>(() => SettingsJson.Read("{\n\"lr\": \"fast\"}")).Message);
    }
}
