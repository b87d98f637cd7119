namespace LinearTransformers.Prompts;

/// <summary>What a batch of prompts is made of.</summary>
public sealed record PromptSettings
{
    /// <summary>Where covariates and labels come from.</summary>
    public PromptMode Mode { get; init; } = PromptMode.Normal;

    /// <summary>Prompts in a batch, B ≥ 1.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Context examples in a prompt, N ≥ 1, the query not counted.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Dimension d ≥ 1 of the covariates.</summary>
    public required int Dimension { get; init; }

    /// <summary>The shape k &gt; 0 of <see cref="PromptMode.Gamma"/>.</summary>
    public double ShapeK { get; init; } = 0.1;

    /// <summary>How many networks make the prompts of the modes that have one.</summary>
    public NetworkSharing Networks { get; init; } = NetworkSharing.Batch;

    /// <summary>Σ; null is the identity.</summary>
    public Covariance? Covariance { get; init; }

    /// <summary>
    /// If given, labels are wᵀf(x) with this network's features f of normal covariates: the task of nonlinear regression. It maps d numbers
    /// to d.
    /// </summary>
    public FeatureNetwork? Features { get; init; }

    /// <summary>Throws if a setting makes no sense.</summary>
    /// <exception cref="ArgumentException">Says which, its value and what would be right.</exception>
    public void Validate()
    {
        Positive(BatchSize, nameof(BatchSize));
        Positive(ContextLength, nameof(ContextLength));
        Positive(Dimension, nameof(Dimension));
        if (!(ShapeK > 0) || !double.IsFinite(ShapeK))
        {
            throw new ArgumentException($"{nameof(ShapeK)} is {ShapeK}: it must be positive and finite");
        }

        if (Covariance is not null && Covariance.Dimension != Dimension)
        {
            throw new ArgumentException($"{nameof(Covariance)} has dimension {Covariance.Dimension}: it must be {Dimension}, that of the covariates");
        }

        if (Covariance is not null && Mode is PromptMode.Relu or PromptMode.Mlp)
        {
            throw new ArgumentException($"{nameof(Covariance)} goes with the modes {PromptMode.Normal}, {PromptMode.Sphere} and {PromptMode.Gamma}, not {Mode}");
        }

        if (Features is not null && (Mode is not PromptMode.Normal || Covariance is not null || Features.Inputs != Dimension || Features.Outputs != Dimension))
        {
            throw new ArgumentException($"{nameof(Features)} go with mode {PromptMode.Normal}, no covariance, and a network from {Dimension} to {Dimension} numbers");
        }

        if ((long)BatchSize * (ContextLength + 1L) * Dimension > Array.MaxLength)
        {
            throw new ArgumentException($"a batch of {BatchSize} prompts of {ContextLength} + 1 covariates in {Dimension} dimensions is too large: at most {Array.MaxLength} numbers fit");
        }
    }

    private static void Positive(int value, string name)
    {
        if (value < 1)
        {
            throw new ArgumentException($"{name} is {value}: it must be at least 1");
        }
    }
}
