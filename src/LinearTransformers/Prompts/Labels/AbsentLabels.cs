using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Labels;

/// <summary>Stands for a label rule of another program.</summary>
internal sealed record AbsentLabels : LabelRule, IAbsentPart
{
    /// <inheritdoc/>
    public string Text { get; init; } = "";

    /// <inheritdoc/>
    internal override ILabeler Labeler(int dimension) => throw new AbsentPartException(Catalog.Kind, this);
}
