using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>Stands for a covariance of another program.</summary>
internal sealed record AbsentCovariance : CovarianceLaw, IAbsentPart
{
    /// <inheritdoc/>
    public string Text { get; init; } = "";

    /// <inheritdoc/>
    public override Covariance? Draw(IStream stream, int dimension) => throw new AbsentPartException(Catalog.Kind, this);
}
