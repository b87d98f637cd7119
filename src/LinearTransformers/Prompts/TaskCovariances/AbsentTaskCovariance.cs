using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.TaskCovariances;

/// <summary>Stands for a task covariance of another program.</summary>
internal sealed record AbsentTaskCovariance : TaskCovarianceLaw, IAbsentPart
{
    /// <inheritdoc/>
    public string Text { get; init; } = "";

    /// <inheritdoc/>
    public override Covariance? Of() => throw new AbsentPartException(Catalog.Kind, this);
}
