using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>GD++, in expectation: <see cref="GradientDescentPlusPlusFloor"/>.</summary>
internal sealed class PlusPlusFamily : ExactFamily
{
    /// <summary>What figures call its floor.</summary>
    public const string Name = "GD++";

    /// <inheritdoc/>
    public override bool TakesLayers => true;

    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of is { IsNormal: true, Scale: not null } && of.Activation.IsLinear;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of)
        => of.Settings.Layers is > 1 and <= GradientDescentPlusPlusFloor.MaxLayers
            && of is { IsTied: false, HasMoments: true, Settings.ZeroP: false }
            ? Name : null;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        if (layers > GradientDescentPlusPlusFloor.MaxLayers)
        {
            yield break;
        }

        double c = of.Scale!.Value;
        double s = of.NoiseVariance / c;
        GradientDescentPlusPlusOptimum exact = GradientDescentPlusPlusFloor.Optimum(of.N, of.D, layers, s, stop);
        yield return new(
            "gd++", layers, c * exact.Loss, [.. exact.QueryScales, .. exact.ValueScales],
            $"L = {layers}, GD++, P = b I, A = a Σ⁻¹, expected loss: a, then b");
    }
}
