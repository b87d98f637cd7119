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

    private SKRect Whole
        => new(figure.Style.Margin, figure.Style.Margin, Size.Width - figure.Style.Margin, Size.Height - figure.Style.Margin);

    private SKRect AboveFoot => Whole with { Bottom = Whole.Bottom - Foot.Height };

    public void Render(SKCanvas canvas)
    {
        Foot.Draw(canvas, Whole);
        using LinePlot plot = new(figure, _series, figure.Style, AboveFoot.Size);
        Layout layout = LayOut(plot);
        plot.Render(canvas, layout.Area, layout.Padding);
        layout.Below?.Draw(canvas, layout.Area.MidX - layout.Below.Size.Width / 2, layout.Area.Bottom);
        layout.Inside?.Box.DrawFramed(canvas, layout.Inside.Value.Corner.X, layout.Inside.Value.Corner.Y);
    }

    /// <summary>Where the points of the series are drawn: the number of the series, the point's values, and its place.</summary>
    public IReadOnlyList<(int Series, double X, double Y, SKPoint Place)> Points()
    {
        using LinePlot plot = new(figure, _series, figure.Style, AboveFoot.Size);
        Layout layout = LayOut(plot);
        SKRect data = AxesPlot.DataArea(layout.Area, layout.Padding);
        return [.. figure.Series.SelectMany((series, s) => series.X.Zip(series.Y).Select(point => (s, point.First, point.Second,
            plot.PlaceOf(point.First, point.Second, data))))];
    }

    private Layout LayOut(LinePlot plot)
    {
        SKRect area = AboveFoot;
        AxesPadding padding = plot.Measure(area.Size);
        List<LegendEntry> entries = _series.Where(s => s.Series.Name.Length > 0).Select(LegendEntry.For).ToList();
        (LegendBox Box, SKPoint Corner)? inside = entries.Count == 0 ? null : PlaceInside(plot, entries, AxesPlot.DataArea(area, padding));
        LegendBox? below = entries.Count > 0 && inside is null && figure.Legend != LegendPlacement.None
            ? LegendBox.WithinWidth(entries, area.Width, figure.Style)
            : null;
        area.Bottom -= below?.Size.Height ?? 0;
        return new Layout(area, padding, inside, below);
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

    /// <summary>Where axes and legend go.</summary>
    private sealed record Layout(SKRect Area, AxesPadding Padding, (LegendBox Box, SKPoint Corner)? Inside, LegendBox? Below);
}
