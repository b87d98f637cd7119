using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>The norm of the parameters that the loss depends on.</summary>
[Part("parameter-norm", "norm of the parameters that the loss depends on")]
public sealed record ParameterNorm : Measurement
{
    /// <inheritdoc/>
    public override bool IsOnTestBatch => false;

    /// <inheritdoc/>
    public override double Measure(MeasuredModel model)
    {
        IReadOnlyList<double> parameters = model.Parameters;
        return Math.Sqrt(model.Live.Sum(i => parameters[i] * parameters[i]));
    }
}
