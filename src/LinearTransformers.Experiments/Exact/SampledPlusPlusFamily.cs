using LinearTransformers.Theory;

namespace LinearTransformers.Experiments.Exact;

/// <summary>
/// GD++ on a sample of a million prompts, without those that are rarer: <see cref="GradientDescentPlusPlusFloor"/>.
/// </summary>
internal sealed class SampledPlusPlusFamily : ExactFamily
{
    private const int SampledPrompts = 1_000_000;

    /// <inheritdoc/>
    public override bool TakesLayers => true;

    /// <inheritdoc/>
    public override bool Knows(ExactCase of) => of is { IsNormal: true, Scale: not null } && of.Activation.IsLinear;

    /// <inheritdoc/>
    public override bool IsSampled(ExactCase of) => true;

    /// <inheritdoc/>
    public override IEnumerable<ExactRow> Rows(ExactCase of, int layers, CancellationToken stop)
    {
        if (layers > GradientDescentPlusPlusFloor.MaxLayers)
        {
            yield break;
        }

        double c = of.Scale!.Value;
        GradientDescentPlusPlusOptimum sampled = GradientDescentPlusPlusFloor.SampledOptimum(
            of.N, of.D, layers, SampledPrompts, seed: 0, of.NoiseVariance / c, stop);
        yield return new(
            "gd++-sampled", layers, c * sampled.Loss, [.. sampled.QueryScales, .. sampled.ValueScales],
            $"L = {layers}, GD++, least loss on a million prompts: a, then b");
    }
}
