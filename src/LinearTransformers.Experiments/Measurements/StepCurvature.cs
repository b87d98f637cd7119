using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// The curvature along the step that follows, vᵀ∇²f(θ)v/‖v‖² on the test batch: paper [2] calls it the directional smoothness.
/// </summary>
[Part("step-curvature", "curvature along the step on the published test batch, of runs with hist-stride 1")]
public sealed record StepCurvature : Measurement
{
    /// <inheritdoc/>
    public override bool CanBeNegative => true;

    /// <inheritdoc/>
    public override bool NeedsNext => true;

    /// <inheritdoc/>
    public override double Measure(MeasuredModel model) => model.Step is { } step ? model.CurvatureAlong(step) : double.NaN;
}
