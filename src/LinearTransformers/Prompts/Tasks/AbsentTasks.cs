using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Tasks;

/// <summary>Stands for a task law of another program.</summary>
internal sealed record AbsentTasks : TaskLaw, IAbsentPart
{
    /// <inheritdoc/>
    public string Text { get; init; } = "";

    /// <inheritdoc/>
    public override bool HasNormalEntries => false;

    /// <inheritdoc/>
    public override void FillEntries(IDraws draws, Span<float> entries) => throw new AbsentPartException(Catalog.Kind, this);
}
