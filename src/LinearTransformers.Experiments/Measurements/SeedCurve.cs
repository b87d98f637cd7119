using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Results;

namespace LinearTransformers.Experiments.Measurements;

/// <summary>A curve of means over seeds in a figure. A single seed has no band, and its legend promises none.</summary>
internal static class SeedCurve
{
    /// <summary>The mean, with a band of a part of the standard deviation around it.</summary>
    public static Series Of(string name, IReadOnlyList<int> iterations, Seeds seeds, double partOfDeviation, FigureColor? color = null)
        => new(name, iterations.Select(t => (double)t), seeds.Mean) { Band = Around(seeds, partOfDeviation), Color = color };

    /// <summary>The band of a part of the standard deviation around a mean; null where no point has one.</summary>
    public static Band? Around(Seeds seeds, double partOfDeviation)
        => seeds.Deviation.Any(s => s > 0) ? Band.Around(seeds.Mean, [.. seeds.Deviation.Select(s => s * partOfDeviation)]) : null;

    /// <summary>The same of a mean and deviation of logarithms, for what they are logarithms of.</summary>
    public static Band? AroundExponentials(Seeds logs, double partOfDeviation)
        => logs.Deviation.Any(s => s > 0)
            ? new Band(
                logs.Mean.Zip(logs.Deviation, (m, s) => Math.Exp(m - (s * partOfDeviation))),
                logs.Mean.Zip(logs.Deviation, (m, s) => Math.Exp(m + (s * partOfDeviation))))
            : null;

    /// <summary>The geometric mean, with a band of a part of the logarithms' standard deviation around it.</summary>
    public static Series OfLogarithms(
        string name, IReadOnlyList<int> iterations, IReadOnlyList<double[]> curves, double partOfDeviation, FigureColor? color = null)
    {
        Seeds logs = Seeds.Of([.. curves.Select(curve => curve.Select(value => Math.Log(value)).ToArray())]);
        return new Series(name, iterations.Select(t => (double)t), logs.Mean.Select(log => Math.Exp(log)))
        {
            Band = AroundExponentials(logs, partOfDeviation),
            Color = color,
        };
    }

    /// <summary>
    /// The mean, with a band around it where it has one, and another, darker for lying on the first, where it has two; bands are only where
    /// some of their half-widths are known.
    /// </summary>
    public static IEnumerable<Series> Of(
        string name, IReadOnlyList<int> iterations, IReadOnlyList<SeedPoint> points, FigureColor color, LineStyle style,
            params IReadOnlyList<Func<SeedPoint, double>> halfWidths)
    {
        Func<SeedPoint, double>[] bands = [.. halfWidths.Where(halfWidth => points.Any(point => halfWidth(point) > 0))];
        Series line = new(name, iterations.Select(t => (double)t), points.Select(point => point.Mean)) { Color = color, LineStyle = style };
        yield return bands.Length == 0 ? line : line with { Band = Around(points, bands[0]) };
        if (bands.Length > 1 && points.Any(point => point.IsPositive))
        {
            // Points with no place on the axis are counted with the line itself.
            int[] there = [.. Enumerable.Range(0, points.Count).Where(i => points[i].IsPositive)];
            SeedPoint[] placed = [.. there.Select(i => points[i])];
            yield return new Series(
                "", there.Select(i => (double)iterations[i]), placed.Select(point => point.Mean))
            {
                Color = color,
                LineStyle = style,
                Band = Around(placed, bands[1])
            };
        }
    }

    /// <summary>As narrow as the line where a half-width is not known.</summary>
    private static Band Around(IReadOnlyList<SeedPoint> points, Func<SeedPoint, double> halfWidth)
        => Band.Around([.. points.Select(point => point.Mean)],
            [.. points.Select(halfWidth).Select(width => double.IsFinite(width) ? width : 0)]);
}
