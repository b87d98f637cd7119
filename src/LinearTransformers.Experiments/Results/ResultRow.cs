namespace LinearTransformers.Experiments.Results;

/// <summary>A result beside the published number and the exact one.</summary>
/// <param name="Experiment">The experiment's name.</param>
/// <param name="Quantity">What is measured.</param>
/// <param name="Published">The published number, if there is one.</param>
/// <param name="Exact">The exact value that theory gives, if there is one.</param>
/// <param name="Ours">Our number.</param>
/// <param name="Tolerance">What the comparison allows, in words where it is not a plain difference.</param>
/// <param name="Verdict">How it stands.</param>
public sealed record ResultRow(
    string Experiment, string Quantity, double? Published, double? Exact, double Ours, string? Tolerance, Verdict Verdict);
