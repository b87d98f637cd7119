using LinearTransformers.Experiments.Figures;

namespace LinearTransformers.Experiments.Plots;

/// <summary>A figure of runs, and the numbers behind it.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Columns">The numbers, a column of equal length for each name.</param>
/// <param name="Notes">What it says in numbers: name and value.</param>
/// <param name="Warnings">What is missing from it.</param>
public sealed record Plot(
    Figure Figure,
    IReadOnlyList<(string Name, IReadOnlyList<double> Values)> Columns,
    IReadOnlyList<(string Name, double Value)> Notes,
    IReadOnlyList<string> Warnings);
