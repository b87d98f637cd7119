using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;

namespace LinearTransformers.Prompts;

/// <summary>The five words of the published code for pairs of a covariate law and a label rule.</summary>
public enum PromptMode
{
    /// <summary>Standard normal covariates, linear labels.</summary>
    Normal,

    /// <summary>Covariates uniform on the unit sphere, linear labels.</summary>
    Sphere,

    /// <summary>
    /// Covariates of uniform direction and gamma distributed squared length, linear labels: <see cref="GammaCovariates"/>.
    /// </summary>
    Gamma,

    /// <summary>Standard normal covariates, labels from a random ReLU network: <see cref="NetworkLabels"/>.</summary>
    Relu,

    /// <summary>
    /// Covariates that a random ReLU network makes of standard normal ones, linear labels: <see cref="NetworkCovariates"/>.
    /// </summary>
    Mlp,
}

/// <summary>What the words stand for.</summary>
internal static class PromptModes
{
    /// <summary>The covariate law of a mode: the one that is there, where it is of that kind already.</summary>
    public static CovariateLaw Covariates(PromptMode mode, CovariateLaw current) => mode switch
    {
        PromptMode.Sphere => current as SphereCovariates ?? new(),
        PromptMode.Gamma => current as GammaCovariates ?? new(),
        PromptMode.Mlp => current as NetworkCovariates ?? new(),
        PromptMode.Normal or PromptMode.Relu => current as NormalCovariates ?? new(),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "there is no such mode"),
    };

    /// <summary>The label rule of a mode; null for the usual one.</summary>
    public static LabelRule? Labels(PromptMode mode, LabelRule? current)
        => mode is PromptMode.Relu ? current as NetworkLabels ?? new() : null;

    /// <summary>The mode of a pair; null where it has none.</summary>
    public static PromptMode? Of(CovariateLaw covariates, LabelRule labels) => (covariates, labels) switch
    {
        (NormalCovariates, NetworkLabels) => PromptMode.Relu,
        (_, NetworkLabels) => null,
        (NormalCovariates, _) => PromptMode.Normal,
        (SphereCovariates, _) => PromptMode.Sphere,
        (GammaCovariates, _) => PromptMode.Gamma,
        (NetworkCovariates, _) => PromptMode.Mlp,
        _ => null,
    };
}
