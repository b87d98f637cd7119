using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Results;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>A curve of means over seeds in a figure.</summary>
internal static class SeedCurve
{
    /// <summary>The mean, with a band of a part of the standard deviation around it.</summary>
    public static Series Of(string name, IReadOnlyList<int> iterations, Seeds seeds, double partOfDeviation, FigureColor? color = null)
        => new(name, iterations.Select(t => (double)t), seeds.Mean)
        {
            Band = Band.Around(seeds.Mean, [.. seeds.Deviation.Select(s => s * partOfDeviation)]),
            Color = color,
        };
}
