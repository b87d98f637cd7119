namespace LinearTransformers.Cli.Output;

/// <summary>An exact optimum.</summary>
/// <param name="Family">Of what, and what the parameters are.</param>
/// <param name="Loss">The least loss.</param>
/// <param name="Parameters">Where it is taken.</param>
internal sealed record TheoryRow(string Family, double Loss, IReadOnlyList<double> Parameters);
