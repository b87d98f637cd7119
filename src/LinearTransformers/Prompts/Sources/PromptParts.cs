using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Labels;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.Reading;
using LinearTransformers.Prompts.Tasks;

namespace LinearTransformers.Prompts.Sources;

/// <summary>What sources need to know of a batch: its sizes and its laws.</summary>
/// <param name="BatchSize">B.</param>
/// <param name="ContextLength">N.</param>
/// <param name="Dimension">d.</param>
/// <param name="Covariates">The law of standard covariates.</param>
/// <param name="Tasks">The law of standard task vectors.</param>
/// <param name="Labels">How labels come from both.</param>
/// <param name="Noise">The noise of the context's labels.</param>
/// <param name="OwnCovariance">How each prompt's own covariance is drawn; null where prompts have none.</param>
/// <param name="TasksAreInverse">Whether such a covariance of covariates goes with its inverse for tasks.</param>
/// <param name="HasCovariance">Whether a covariance makes covariates and task vectors of the standard ones.</param>
internal sealed record PromptParts(
    int BatchSize, int ContextLength, int Dimension, CovariateLaw Covariates, TaskLaw Tasks, LabelRule Labels, NoiseLaw Noise,
    CovarianceLaw? OwnCovariance, bool TasksAreInverse, bool HasCovariance)
{
    /// <summary>Whether covariates or labels depend on more of the stream, in the order of prompts.</summary>
    public bool IsOfWholeBatch => Covariates.IsOfWholeBatch || Labels.IsOfWholeBatch;

    /// <summary>Whether Gram statistics have a distribution that is known: Wishart's, with labels that follow.</summary>
    public bool HasKnownStatistics => Covariates.IsStandardNormal && Labels.IsLinear;

    /// <summary>Numbers of a prompt's context and of the query behind it.</summary>
    public int PromptLength => (ContextLength + 1) * Dimension;

    /// <summary>A view of prompts whose queries lie behind their contexts, without labels.</summary>
    public unsafe PromptView ViewOfWhole(int count, float* prompts, int stride, float* tasks, int taskStride) => new()
    {
        Count = count,
        ContextLength = ContextLength,
        Dimension = Dimension,
        Context = prompts,
        ContextStride = stride,
        Queries = prompts + (ContextLength * Dimension),
        QueryStride = stride,
        Tasks = tasks,
        TaskStride = taskStride,
    };
}
