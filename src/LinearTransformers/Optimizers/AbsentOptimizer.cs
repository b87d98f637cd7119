using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers;

/// <summary>Stands for an optimizer of another program.</summary>
internal sealed record AbsentOptimizer : Optimizer, IAbsentPart
{
    /// <inheritdoc/>
    public string Text { get; init; } = "";

    /// <inheritdoc/>
    public override IOptimizer<T> Create<T>(int count) => throw new AbsentPartException(Catalog.Kind, this);
}
