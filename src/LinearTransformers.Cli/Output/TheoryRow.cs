namespace LinearTransformers.Cli.Output;

/// <summary>An exact optimum.</summary>
/// <param name="Family">What is optimised over, in a word that stays the same: scripts choose by it.</param>
/// <param name="Layers">L; null where there are none.</param>
/// <param name="Loss">The least loss.</param>
/// <param name="Parameters">Where it is taken; null where there are none.</param>
/// <param name="Description">The family, and what the parameters are, for people.</param>
internal sealed record TheoryRow(string Family, int? Layers, double Loss, IReadOnlyList<double>? Parameters, string Description);
