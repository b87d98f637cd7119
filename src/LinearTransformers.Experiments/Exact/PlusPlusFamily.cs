using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>GD++, in expectation and on a sample: <see cref="GradientDescentPlusPlusFloor"/>.</summary>
internal sealed class PlusPlusFamily : ExactFamily
{
    /// <summary>What figures call its floor.</summary>
    public const string Name = "GD++";

    private const int SampledPrompts = 1_000_000;

    /// <inheritdoc/>
    public override bool TakesLayers => true;

    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of is { IsNormal: true, Scale: not null } && of.Activation.IsLinear;

    /// <inheritdoc/>
    public override string? FloorName(ExactCase of)
        => of.Settings.Layers is > 1 and <= GradientDescentPlusPlusFloor.MaxLayers && !of.Settings.ZeroP && of.HasMoments
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
        GradientDescentPlusPlusOptimum sampled =
            GradientDescentPlusPlusFloor.SampledOptimum(of.N, of.D, layers, SampledPrompts, seed: 0, s, stop);
        yield return new(
            "gd++-sampled", layers, c * sampled.Loss, [.. sampled.QueryScales, .. sampled.ValueScales],
            $"L = {layers}, GD++, least loss on a million prompts: a, then b");
    }
}
