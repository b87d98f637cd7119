using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>The norm of the gradient on the test batch, ‖∇f(θ)‖.</summary>
[Part("gradient-norm", "norm of the gradient on the published test batch")]
public sealed record GradientNorm : Measurement
{
    /// <inheritdoc/>
    public override double Measure(MeasuredModel model) => Math.Sqrt(model.Gradient().Sum(entry => entry * entry));
}
