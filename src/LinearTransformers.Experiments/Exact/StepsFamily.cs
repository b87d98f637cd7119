using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>
/// Preconditioned gradient descent, a step size for each layer: <see cref="PreconditionedGradientDescentFloor.Optimum"/>.
/// </summary>
internal sealed class StepsFamily : ExactFamily
{
    /// <inheritdoc/>
    public override bool TakesLayers => true;

    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of is { IsNormal: true, Scale: not null } && of.Activation.IsLinear;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of)
        => of.Settings.Layers is > 1 and <= PreconditionedGradientDescentFloor.MaxLayers && of.HasMoments && !of.IsTied
            ? "P = 0, best step sizes" : null;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        double c = of.Scale!.Value;
        PreconditionedGradientDescentOptimum steps =
            PreconditionedGradientDescentFloor.Optimum(of.N, of.D, layers, of.NoiseVariance / c);
        yield return new(
            "steps", layers, c * steps.Loss, steps.StepSizes, $"L = {layers}, P = 0, A = −a Σ⁻¹, a step for each layer: a");
    }
}
