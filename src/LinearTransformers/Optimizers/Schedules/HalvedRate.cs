using LinearTransformers.Settings;

namespace LinearTransformers.Optimizers.Schedules;

/// <summary>The rate is halved at each multiple of n iterations: η 2^−⌊t/n⌋.</summary>
[Part("halve", "halved every n iterations")]
public sealed record HalvedRate : Schedule
{
    /// <summary>n.</summary>
    [Setting(Position = 1, Value = "n", AtLeast = 1)]
    public int Every { get; init; } = 1000;

    /// <inheritdoc/>
    public override bool DependsOnIterations => false;

    /// <inheritdoc/>
    public override double StepSize(double rate, int iteration, int iterations) => Math.ScaleB(rate, -(iteration / Every));
}
