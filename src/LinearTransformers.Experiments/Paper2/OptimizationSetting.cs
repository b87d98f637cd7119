using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper2;

/// <summary>A setting of paper [2]: where prompts come from, and the learning rates that were published as the best for it.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Title">Its name in figures.</param>
/// <param name="Mode">The covariates.</param>
/// <param name="ContextLength">N.</param>
/// <param name="SgdRate">The learning rate of SGD with momentum.</param>
/// <param name="AdamRate">Adam's.</param>
internal sealed record OptimizationSetting(string Name, string Title, PromptMode Mode, int ContextLength, double SgdRate, double AdamRate)
{
    /// <summary>All settings, that of the notebooks first.</summary>
    public static IReadOnlyList<OptimizationSetting> All { get; } =
    [
        new("normal-n20", "normal, N = 20", PromptMode.Normal, 20, 0.02, 0.02),
        new("normal-n5", "normal, N = 5", PromptMode.Normal, 5, 0.01, 0.005),
        new("sphere", "sphere, N = 20", PromptMode.Sphere, 20, 5, 0.1),
        new("gamma", "gamma, N = 20", PromptMode.Gamma, 20, 0.02, 0.02),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(setting => setting.Name)];

    /// <summary>The optimizers compared.</summary>
    public static IReadOnlyList<Optimizer> Optimizers { get; } = [new Sgd(), new Adam()];

    /// <summary>The settings of a run of three layers; everything else is as <see cref="TrainingSettings"/> has it.</summary>
    public TrainingSettings Training(Optimizer algorithm, int seed) => new()
    {
        Mode = Mode,
        ContextLength = ContextLength,
        Optimizer = algorithm,
        LearningRate = Rate(algorithm),
        Seed = seed,
    };

    /// <summary>
    /// Whether paper [2] claims its findings for this setting: those of its table are the first, the second and the last.
    /// </summary>
    public bool IsInTable => Mode is not PromptMode.Sphere;

    /// <summary>The published learning rate.</summary>
    public double Rate(Optimizer algorithm) => algorithm is Sgd ? SgdRate : AdamRate;

    /// <summary>The settings that were asked for.</summary>
    public static IReadOnlyList<OptimizationSetting> Of(ExperimentOptions options)
        => options.SettingNames is { } names ? [.. All.Where(setting => names.Contains(setting.Name))] : All;

    /// <summary>An optimizer's name in figures and tables.</summary>
    public static string Label(Optimizer algorithm) => algorithm is Sgd ? "SGDM" : "Adam";

    /// <summary>Its part of a file's name.</summary>
    public static string FileName(Optimizer algorithm) => algorithm is Sgd ? "sgd" : "adam";
}
