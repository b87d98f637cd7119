using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Axes, series, reference lines and title of one line figure, without legend and notes.</summary>
internal sealed class LinePlot : IDisposable
{
    private const float TitleGap = 6;

    private readonly LineFigure _figure;

    private readonly IReadOnlyList<PlacedSeries> _series;

    private readonly FigureStyle _style;

    private readonly AxisTransform _y;

    private readonly AxesPlot _axes;

    /// <param name="figure">What is drawn.</param>
    /// <param name="series">Its series in axis positions.</param>
    /// <param name="style">Sizes.</param>
    /// <param name="size">The room there will be, which decides how many ticks there are.</param>
    /// <param name="verticalRange">Null for the figure's own.</param>
    public LinePlot(LineFigure figure, IReadOnlyList<PlacedSeries> series, FigureStyle style, SKSize size, AxisRange? verticalRange = null)
    {
        _figure = figure;
        _series = series;
        _style = style;
        _y = AxisTransform.For(figure.Y.Scale);
        _axes = new AxesPlot(
            AxisFit.Horizontal(figure.X, AxisRange.Of(series.SelectMany(s => s.HorizontalPositions())), size.Width, style),
            AxisFit.Vertical(figure.Y, verticalRange ?? VerticalRange(figure, series), size.Height, style),
            style);
        Fill();
    }

    /// <summary>The vertical positions that series and reference lines take; null where there are none.</summary>
    public static AxisRange? VerticalRange(LineFigure figure, IReadOnlyList<PlacedSeries> series)
    {
        AxisTransform y = AxisTransform.For(figure.Y.Scale);
        return AxisRange.Of(series.SelectMany(s => s.VerticalPositions(y.BandReach))
            .Concat(figure.ReferenceLines.Select(l => y.Place(l.Value))));
    }

    /// <summary>The room that title and labels need around the data.</summary>
    public AxesPadding Measure(SKSize size)
    {
        AxesPadding padding = _axes.Measure(size);
        return _figure.Title.Length == 0 ? padding
            : padding with { Top = TextDrawing.CapitalHeight(_style.TitleFontSize) * 1.4f + TitleGap };
    }

    /// <summary>Draws into <paramref name="area"/>; the legend and the notes are not its business.</summary>
    public void Render(SKCanvas canvas, SKRect area, AxesPadding padding)
    {
        SKRect dataArea = _axes.Render(canvas, area, padding);
        using SKPaint ground = new() { Color = FigureColor.White.ToSkia(0.7) };
        foreach ((ReferenceLine Line, SKRect Box) label in PlaceLabels(dataArea, DataObstacles(dataArea)))
        {
            canvas.DrawRect(label.Box, ground);
            TextDrawing.Draw(canvas, label.Line.Label, label.Box.Left, label.Box.MidY, _style.LegendFontSize, label.Line.Color);
        }

        float titleMiddle = area.Top + TextDrawing.CapitalHeight(_style.TitleFontSize) * 0.7f;
        TextDrawing.DrawTitle(canvas, _figure.Title, dataArea.MidX, titleMiddle, _style.TitleFontSize, area.Left, area.Right);
    }

    /// <summary>Where a point is drawn; not finite where it has no place.</summary>
    public SKPoint PlaceOf(double x, double y, SKRect dataArea)
        => _axes.ToPixel(new AxisPoint(AxisTransform.For(_figure.X.Scale).Place(x), _y.Place(y)), dataArea);

    /// <summary>All that a legend in the data area should keep clear of.</summary>
    public Obstacles FindObstacles(SKRect dataArea)
    {
        Obstacles obstacles = DataObstacles(dataArea);
        foreach (ReferenceLine line in _figure.ReferenceLines)
            obstacles.AddLine(Across(line, dataArea));
        foreach ((ReferenceLine Line, SKRect Box) label in PlaceLabels(dataArea, DataObstacles(dataArea)))
            obstacles.AddBox(label.Box);

        return obstacles;
    }

    public void Dispose() => _axes.Dispose();

    private void Fill()
    {
        foreach (PlacedSeries series in _series)
        {
            foreach (List<BandPoint> band in series.BandSegments)
                _axes.AddBand(band, series.Color);
        }

        foreach (ReferenceLine line in _figure.ReferenceLines)
            _axes.AddHorizontalLine(_y.Place(line.Value), line.Color, line.LineStyle);

        foreach (PlacedSeries series in _series)
        {
            // A point alone between two gaps makes no line; without a marker nobody would see it.
            foreach (List<AxisPoint> segment in series.Segments)
            {
                Marker marker = segment.Count == 1 && series.Series.Marker == Marker.None ? Marker.Circle : series.Series.Marker;
                _axes.AddLine(segment, series.Color, series.Series.LineStyle, marker);
            }
        }
    }

    private Obstacles DataObstacles(SKRect dataArea)
    {
        Obstacles obstacles = new();
        foreach (PlacedSeries series in _series)
        {
            foreach (List<AxisPoint> segment in series.Segments)
                obstacles.AddLine([.. segment.Select(p => _axes.ToPixel(p, dataArea))]);
            foreach (BandPoint point in series.BandSegments.SelectMany(b => b))
            {
                SKPoint lower = _axes.ToPixel(new AxisPoint(point.X, point.Lower), dataArea);
                lower.Y = Math.Min(lower.Y, dataArea.Bottom);
                obstacles.AddLine([lower, _axes.ToPixel(new AxisPoint(point.X, point.Upper), dataArea)]);
            }
        }

        return obstacles;
    }

    private SKPoint[] Across(ReferenceLine line, SKRect dataArea)
    {
        float y = _axes.ToPixel(new AxisPoint(0, _y.Place(line.Value)), dataArea).Y;
        return [new SKPoint(dataArea.Left, y), new SKPoint(dataArea.Right, y)];
    }

    /// <summary>Each label on or under its line, at the left, in the middle or at the right, wherever it covers least.</summary>
    private List<(ReferenceLine Line, SKRect Box)> PlaceLabels(SKRect dataArea, Obstacles obstacles)
    {
        List<(ReferenceLine Line, SKPoint[] Points)> lines = _figure.ReferenceLines
            .Select(l => (Line: l, Points: Across(l, dataArea))).ToList();
        foreach ((_, SKPoint[] points) in lines)
            obstacles.AddLine(points);

        List<(ReferenceLine, SKRect)> placed = new();
        float height = TextDrawing.CapitalHeight(_style.LegendFontSize) * 1.5f;
        foreach ((ReferenceLine line, SKPoint[] points) in lines.Where(l => l.Line.Label.Length > 0))
        {
            float width = TextDrawing.Width(line.Label, _style.LegendFontSize);
            float[] lefts = new[] { dataArea.Right - width - 4, dataArea.Left + 6, dataArea.MidX - width / 2 };
            float[] tops = new[] { points[0].Y - height - 2, points[0].Y + 2 };
            SKRect box = lefts.SelectMany(left => tops.Select(top => SKRect.Create(left, top, width, height)))
                .MinBy(b => obstacles.Cost(b) + (dataArea.Contains(b) ? 0 : 1e6f));
            obstacles.AddBox(box);
            placed.Add((line, box));
        }

        return placed;
    }
}
