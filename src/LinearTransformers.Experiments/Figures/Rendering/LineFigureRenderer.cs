using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>One line figure with its legend and notes.</summary>
internal sealed class LineFigureRenderer(LineFigure figure) : IFigureRenderer
{
    private const float LegendInset = 6;

    private readonly IReadOnlyList<PlacedSeries> _series = SeriesPlacement.Place(figure);

    public FigureSize Size => new(figure.Size.Width, figure.Size.Height + (int)Math.Ceiling(Foot.NoteHeight));

    private FootNote Foot
        => new(figure, _series.Sum(s => s.LeftOut), figure.HasLogarithmicAxis, figure.Size.Width - 2 * figure.Style.Margin);

    public void Render(SKCanvas canvas)
    {
        FigureStyle style = figure.Style;
        IReadOnlyList<PlacedSeries> series = _series;
        SKRect whole = new(style.Margin, style.Margin, Size.Width - style.Margin, Size.Height - style.Margin);
        Foot.Draw(canvas, whole);

        SKRect area = whole;
        area.Bottom -= Foot.Height;
        using LinePlot plot = new(figure, series, style, area.Size);
        AxesPadding padding = plot.Measure(area.Size);
        List<LegendEntry> entries = series.Where(s => s.Series.Name.Length > 0).Select(LegendEntry.For).ToList();
        (LegendBox Box, SKPoint Corner)? inside = entries.Count == 0 ? null : PlaceInside(plot, entries, AxesPlot.DataArea(area, padding));
        LegendBox? below = entries.Count > 0 && inside is null && figure.Legend != LegendPlacement.None
            ? LegendBox.WithinWidth(entries, area.Width, style)
            : null;
        area.Bottom -= below?.Size.Height ?? 0;

        plot.Render(canvas, area, padding);
        below?.Draw(canvas, area.MidX - below.Size.Width / 2, area.Bottom);
        inside?.Box.DrawFramed(canvas, inside.Value.Corner.X, inside.Value.Corner.Y);
    }

    private (LegendBox Box, SKPoint Corner)? PlaceInside(LinePlot plot, List<LegendEntry> entries, SKRect dataArea)
    {
        LegendBox box = new(entries, 1, figure.Style);
        SKPoint upperRight = new(dataArea.Right - box.Size.Width - LegendInset, dataArea.Top + LegendInset);
        SKPoint lowerLeft = new(dataArea.Left + LegendInset, dataArea.Bottom - box.Size.Height - LegendInset);
        Dictionary<LegendPlacement, SKPoint> corners = new()
        {
            [LegendPlacement.UpperRight] = upperRight,
            [LegendPlacement.UpperLeft] = new(lowerLeft.X, upperRight.Y),
            [LegendPlacement.LowerLeft] = lowerLeft,
            [LegendPlacement.LowerRight] = new(upperRight.X, lowerLeft.Y),
        };
        if (corners.TryGetValue(figure.Legend, out SKPoint chosen))
            return (box, chosen);
        if (figure.Legend != LegendPlacement.Automatic)
            return null;

        Obstacles obstacles = plot.FindObstacles(dataArea);
        SKPoint middle = new(dataArea.MidX - box.Size.Width / 2, 0);
        SKPoint[] candidates = [.. corners.Values, new(middle.X, upperRight.Y), new(middle.X, lowerLeft.Y)];
        foreach (SKPoint corner in candidates)
        {
            SKRect rectangle = SKRect.Create(corner.X, corner.Y, box.Size.Width, box.Size.Height);
            if (dataArea.Contains(rectangle) && obstacles.Cost(rectangle) == 0)
                return (box, corner);
        }

        return null;
    }
}
