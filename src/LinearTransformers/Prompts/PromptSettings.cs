using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Prompts.Tasks;

namespace LinearTransformers.Prompts;

/// <summary>What a batch of prompts is made of: a covariate law, a covariance, a task law and a label rule.</summary>
public sealed record PromptSettings
{
    /// <summary>The law of standard covariates.</summary>
    public CovariateLaw Covariates { get; init; } = new NormalCovariates();

    /// <summary>The law of standard task vectors.</summary>
    public TaskLaw Tasks { get; init; } = new NormalTasks();

    /// <summary>How labels come from both.</summary>
    public LabelRule Labels { get; init; } = new LinearLabels();

    /// <summary>The published word for the pair of covariates and labels, if it has one. Setting it sets both.</summary>
    public PromptMode? Mode
    {
        get => PromptModes.Of(Covariates, Labels);
        init
        {
            if (value is { } mode)
            {
                Covariates = PromptModes.Covariates(mode, Covariates);
                Labels = PromptModes.Labels(mode, Labels) ?? new LinearLabels();
            }
        }
    }

    /// <summary>Prompts in a batch, B ≥ 1.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Context examples in a prompt, N ≥ 1, the query not counted.</summary>
    public required int ContextLength { get; init; }

    /// <summary>Dimension d ≥ 1 of the covariates.</summary>
    public required int Dimension { get; init; }

    /// <summary>Σ; null is the identity.</summary>
    public Covariance? Covariance { get; init; }

    /// <summary>Ψ, the covariance of task vectors.</summary>
    public TaskCovarianceLaw TaskCovariance { get; init; } = new InverseTaskCovariance();

    /// <summary>How each prompt's own covariance is drawn; null where prompts have none. It is there instead of Σ.</summary>
    public CovarianceLaw? OwnCovariance { get; init; }

    /// <summary>The noise of the context's labels.</summary>
    public NoiseLaw Noise { get; init; } = new FixedNoise();

    /// <summary>Throws if a setting makes no sense.</summary>
    /// <exception cref="ArgumentException">Says which, its value and what would be right.</exception>
    public void Validate()
    {
        Positive(BatchSize, nameof(BatchSize));
        Positive(ContextLength, nameof(ContextLength));
        Positive(Dimension, nameof(Dimension));
        foreach (Settings.Part part in (Settings.Part[])[Covariates, Tasks, Labels, TaskCovariance, Noise])
        {
            Settings.SettingTree.Check(part);
        }

        if (Covariance is not null && Covariance.Dimension != Dimension)
        {
            throw new ArgumentException(
                $"{nameof(Covariance)} has dimension {Covariance.Dimension}: it must be {Dimension}, that of the covariates");
        }

        if (OwnCovariance is not null && (Covariance is not null || !OwnCovariance.IsOfPrompt))
        {
            throw new ArgumentException(
                $"{nameof(OwnCovariance)} is {OwnCovariance}: it must be one for each prompt, and {nameof(Covariance)} left out");
        }

        if (TaskCovariance.WhatIsWrong(Dimension) is { } requirement)
        {
            throw new ArgumentException($"{nameof(TaskCovariance)} is {TaskCovariance}: it must be {requirement}");
        }

        if ((Covariance ?? (object?)OwnCovariance) is not null && !(Covariates.TakesCovariance && Labels.TakesCovariance))
        {
            throw new ArgumentException(
                $"{(Covariance is null ? nameof(OwnCovariance) : nameof(Covariance))} is there: it must be left out with "
                    + $"{Settings.Parts.NameOf(Covariates)} covariates and "
                    + $"{Settings.Parts.NameOf(Labels)} labels");
        }

        if (Labels is FeatureLabels { Network: { } network } && (network.Inputs != Dimension || network.Outputs != Dimension))
        {
            throw new ArgumentException(
                $"{nameof(Labels)} have a network from {network.Inputs} to {network.Outputs} numbers: it must be from {Dimension} to "
                    + $"{Dimension}");
        }

        if ((long)BatchSize * (ContextLength + 1L) * Dimension > Array.MaxLength)
        {
            throw new ArgumentException(
                $"a batch of {BatchSize} prompts of {ContextLength} + 1 covariates in {Dimension} dimensions is too large: at most "
                    + $"{Array.MaxLength} numbers fit");
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
