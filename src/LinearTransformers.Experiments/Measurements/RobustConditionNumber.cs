using LinearTransformers.Analysis;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>
/// The robust condition number as published, largest over median size on the Hessian's diagonal: <see cref="ConditionNumber.Published"/>.
/// </summary>
[Part("condition-number", "robust condition number, max/median of the Hessian's diagonal on the published test batch")]
public sealed record RobustConditionNumber : Measurement
{
    /// <inheritdoc/>
    public override string Quantity => "robust condition number";

    /// <inheritdoc/>
    public override int Every => 250;

    /// <inheritdoc/>
    public override string? Refusal(TrainingSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Layers == 1
            ? "its n-layer is 1; half of the Hessian's diagonal is then zero, and the condition number infinite: "
                + "it is shown of runs with n-layer 2 or more"
            : base.Refusal(settings);
    }

    /// <inheritdoc/>
    public override double Measure(MeasuredModel model) => ConditionNumber.Published(model.HessianDiagonal());
}
