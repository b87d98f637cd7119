using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers.Schedules;

/// <summary>Stands for a schedule of another program.</summary>
internal sealed record AbsentSchedule : Schedule, IAbsentPart
{
    /// <inheritdoc/>
    public string Text { get; init; } = "";

    /// <summary>The program that has the schedule decides which runs go on; what it left is only read here.</summary>
    public override bool DependsOnIterations => false;

    /// <inheritdoc/>
    public override double StepSize(double rate, int iteration, int iterations) => throw new AbsentPartException(Catalog.Kind, this);
}
