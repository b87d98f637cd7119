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

    /// <summary>The geometric mean, with a band of a part of the logarithms' standard deviation around it.</summary>
    public static Series OfLogarithms(string name, IReadOnlyList<int> iterations, IReadOnlyList<double[]> curves, double partOfDeviation, FigureColor? color = null)
    {
        Seeds logs = Seeds.Of([.. curves.Select(curve => curve.Select(value => Math.Log(value)).ToArray())]);
        return new Series(name, iterations.Select(t => (double)t), logs.Mean.Select(log => Math.Exp(log)))
        {
            Band = new Band(
                logs.Mean.Zip(logs.Deviation, (m, s) => Math.Exp(m - (s * partOfDeviation))),
                logs.Mean.Zip(logs.Deviation, (m, s) => Math.Exp(m + (s * partOfDeviation)))),
            Color = color,
        };
    }
}
