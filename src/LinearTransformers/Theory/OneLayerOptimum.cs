namespace LinearTransformers.Theory;

/// <summary>The best one-layer transformer where nothing singles out a direction: Q̂ is a multiple of the identity.</summary>
/// <param name="Loss">The least expected in-context loss.</param>
/// <param name="QueryScale">q, negative: Q̂ = q I.</param>
public sealed record OneLayerOptimum(double Loss, double QueryScale);
