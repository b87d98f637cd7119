using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers.Schedules;

/// <summary>The same rate throughout.</summary>
[Part("constant", "the same rate throughout")]
public sealed record ConstantRate : Schedule
{
    /// <inheritdoc/>
    public override bool DependsOnIterations => false;

    /// <inheritdoc/>
    public override double StepSize(double rate, int iteration, int iterations) => rate;
}
