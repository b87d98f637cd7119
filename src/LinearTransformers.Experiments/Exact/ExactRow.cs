namespace LinearTransformers.Experiments.Exact;

/// <summary>An exact value: the least expected loss of a family of predictors.</summary>
/// <param name="Family">What is optimised over, in a word that stays the same: scripts choose by it.</param>
/// <param name="Layers">L; null where there are none.</param>
/// <param name="Loss">The least loss.</param>
/// <param name="Parameters">Where it is taken; null where there are none.</param>
/// <param name="Description">The family, and what the parameters are, for people.</param>
public sealed record ExactRow(string Family, int? Layers, double Loss, IReadOnlyList<double>? Parameters, string Description)
{
    /// <summary>Of a value that is the mean of a sample, its standard error; null where the value is exact.</summary>
    public double? StandardError { get; init; }
}
