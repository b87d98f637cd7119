using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariates;

/// <summary>Stands for a covariate law of another program.</summary>
internal sealed record AbsentCovariates : CovariateLaw, IAbsentPart
{
    /// <inheritdoc/>
    public string Text { get; init; } = "";

    /// <inheritdoc/>
    public override bool HasLightTails => false;

    /// <inheritdoc/>
    public override bool HasNormalEntries => false;

    /// <inheritdoc/>
    public override void FillEntries(IDraws draws, Span<float> entries) => throw new AbsentPartException(Catalog.Kind, this);
}
