using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers.Schedules;

/// <summary>Stands for a schedule of another program.</summary>
internal sealed record AbsentSchedule : Schedule, IAbsentPart
{
    /// <inheritdoc/>
    public string Text { get; init; } = "";

    /// <inheritdoc/>
    public override double StepSize(double rate, int iteration, int iterations) => throw new AbsentPartException(Catalog.Kind, this);
}
