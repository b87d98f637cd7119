namespace LinearTransformers.Experiments.Figures;

/// <summary>What stands in a cell of a map that has no value.</summary>
/// <param name="Sign">A sign, which fits the smallest cell.</param>
/// <param name="Words">What the sign means; it stands behind the sign where there is room.</param>
public sealed record MapMark(string Sign, string Words);
