using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>
/// Preconditioned gradient descent with one step size, which tied layers with P = 0 are:
/// <see cref="PreconditionedGradientDescentFloor.ConstantStepOptimum"/>.
/// </summary>
internal sealed class ConstantStepFamily : ExactFamily
{
    /// <inheritdoc/>
    public override bool TakesLayers => true;

    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of is { IsNormal: true, Scale: not null } && of.Activation.IsLinear;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of)
        => of is { IsTied: true, Settings: { ZeroP: true, Layers: > 1 } } ? "P = 0, one step size" : null;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        double c = of.Scale!.Value;
        PreconditionedGradientDescentOptimum constant =
            PreconditionedGradientDescentFloor.ConstantStepOptimum(of.N, of.D, layers, of.NoiseVariance / c);
        yield return new(
            "constant-step", layers, c * constant.Loss, [constant.StepSizes[0]],
            $"L = {layers}, preconditioned GD with one step size: a");
    }
}
