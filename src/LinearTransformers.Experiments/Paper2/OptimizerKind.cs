using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>An optimizer that is compared.</summary>
/// <param name="Name">In names of runs.</param>
/// <param name="Label">In rows and figures.</param>
/// <param name="Optimizer">The optimizer.</param>
/// <param name="MiddleRate">The middle of its learning rates.</param>
/// <param name="MiddleRateOnSphere">The same for covariates on the sphere, which are shorter.</param>
/// <param name="IsClipped">Whether gradients are clipped as in paper [2].</param>
internal sealed record OptimizerKind(
    string Name, string Label, Optimizer Optimizer, double MiddleRate, double MiddleRateOnSphere, bool IsClipped)
{
    public static OptimizerKind Sgd { get; } = new("sgd", "SGDM", new Sgd(), 0.002, 0.5, false);

    public static OptimizerKind ClippedSgd { get; } = new("sgd-clipped", "SGDM, clipped", new Sgd(), 0.05, 5, true);

    public static OptimizerKind Normalized { get; } =
        new("normalized", "normalized", new NormalizedDescent { Momentum = 0.9 }, 0.02, 0.1, false);

    public static OptimizerKind Sign { get; } = new("sign", "sign", new SignDescent { Momentum = 0.9 }, 0.0005, 0.005, false);

    public static OptimizerKind Adam { get; } = new("adam", "Adam", new Adam(), 0.01, 0.05, false);

    public static IReadOnlyList<OptimizerKind> All { get; } = [Sgd, ClippedSgd, Normalized, Sign, Adam];

    public FigureColor Color => OptimizerColors.Of(Optimizer);

    /// <summary>The middle of its learning rates in a setting.</summary>
    public double Rate(OptimizationSetting setting) => setting.Mode is PromptMode.Sphere ? MiddleRateOnSphere : MiddleRate;

    /// <summary>A run's settings, but for its learning rate, length and set.</summary>
    public TrainingSettings Training(OptimizationSetting setting, int seed)
        => setting.Training(Optimizer, seed) with { ToClip = IsClipped };
}
