using LinearTransformers.Experiments.Figures;

namespace LinearTransformers.Experiments.Plots;

/// <summary>A figure of runs, and the numbers behind it.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Caption">What it shows, in sentences: what was measured on what, and what bands are.</param>
/// <param name="Table">The numbers.</param>
/// <param name="Notes">What it says in numbers: name and value.</param>
/// <param name="Warnings">What is missing from it.</param>
public sealed record Plot(
    Figure Figure,
    string Caption,
    PlotTable Table,
    IReadOnlyList<(string Name, double Value)> Notes,
    IReadOnlyList<string> Warnings);
