using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>The loss on the test batch, f(θ): as published, and quick beside that on many fresh prompts.</summary>
[Part("batch-loss", "loss on the published test batch")]
public sealed record BatchLossMeasurement : Measurement
{
    /// <inheritdoc/>
    public override bool IsLoss => true;

    /// <inheritdoc/>
    public override double Measure(MeasuredModel model) => model.Loss();
}
