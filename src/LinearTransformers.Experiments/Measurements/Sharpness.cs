using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// The largest eigenvalue of the Hessian on the test batch: gradient descent is stable along a path while its step size is below 2 over it.
/// </summary>
[Part("sharpness", "largest eigenvalue of the Hessian on the published test batch")]
public sealed record Sharpness : Measurement
{
    /// <inheritdoc/>
    public override bool CanBeNegative => true;

    /// <inheritdoc/>
    public override int Every => 250;

    /// <inheritdoc/>
    public override double Measure(MeasuredModel model) => model.LargestEigenvalue();
}
