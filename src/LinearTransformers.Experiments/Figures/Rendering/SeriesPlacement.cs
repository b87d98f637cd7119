using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>The series of one or more figures in axis positions and with their colours.</summary>
internal static class SeriesPlacement
{
    public static IReadOnlyList<PlacedSeries> Place(LineFigure figure) => Place([figure])[0];

    /// <summary>Series of the same name have the same colour in all figures, that of the first of them.</summary>
    public static IReadOnlyList<IReadOnlyList<PlacedSeries>> Place(ImmutableArray<LineFigure> figures)
    {
        Dictionary<string, FigureColor> colors = new(StringComparer.Ordinal);
        List<IReadOnlyList<PlacedSeries>> placed = new();
        foreach (LineFigure figure in figures)
        {
            AxisTransform x = AxisTransform.For(figure.X.Scale);
            AxisTransform y = AxisTransform.For(figure.Y.Scale);
            placed.Add([.. figure.Series.Select((s, i) => PlacedSeries.Place(s, ColorOf(s, i, figures.Length > 1 ? colors : null), x, y))]);
        }

        return placed;
    }

    private static FigureColor ColorOf(Series series, int index, Dictionary<string, FigureColor>? colors)
    {
        if (colors is null || series.Name.Length == 0)
            return series.Color ?? Palette.At(index);
        if (!colors.TryGetValue(series.Name, out FigureColor color))
            colors[series.Name] = color = series.Color ?? Palette.At(colors.Count);

        return color;
    }
}
