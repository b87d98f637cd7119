using ScottPlot;
using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>One line of a legend.</summary>
internal sealed record LegendEntry(string Name, FigureColor Color, LineStyle LineStyle, Marker Marker, bool HasBand)
{
    public static LegendEntry For(PlacedSeries series) => new(
        series.Series.Name, series.Color, series.Series.LineStyle, series.Series.Marker, series.Series.Band is not null);
}

/// <summary>A legend: a swatch and a name for every entry, in as many columns as are asked for.</summary>
internal sealed class LegendBox
{
    private const float SwatchWidth = 26;
    private const float SwatchGap = 6;
    private const float ColumnGap = 16;
    private const float Padding = 5;
    private const float CornerRadius = 3;

    private readonly IReadOnlyList<LegendEntry> _entries;

    private readonly FigureStyle _style;

    private readonly int _columns;

    private readonly float _columnWidth;

    public LegendBox(IReadOnlyList<LegendEntry> entries, int columns, FigureStyle style)
    {
        _entries = entries;
        _style = style;
        _columns = Math.Clamp(columns, 1, Math.Max(1, entries.Count));
        float nameWidth = entries.Select(e => TextDrawing.Width(e.Name, style.LegendFontSize)).DefaultIfEmpty(0).Max();
        _columnWidth = SwatchWidth + SwatchGap + nameWidth;
        Size = new SKSize(
            _columns * _columnWidth + (_columns - 1) * ColumnGap + 2 * Padding,
            Rows * RowHeight + 2 * Padding);
    }

    public SKSize Size { get; }

    private int Rows => (_entries.Count + _columns - 1) / _columns;

    private float RowHeight => TextDrawing.LineHeight * _style.LegendFontSize;

    /// <summary>In the fewest rows that fit into a width.</summary>
    public static LegendBox WithinWidth(IReadOnlyList<LegendEntry> entries, float width, FigureStyle style)
    {
        LegendBox box = new(entries, entries.Count, style);
        while (box.Size.Width > width && box._columns > 1)
            box = new LegendBox(entries, box._columns - 1, style);

        // As even as the same number of rows allows.
        return new LegendBox(entries, (entries.Count + box.Rows - 1) / Math.Max(1, box.Rows), style);
    }

    /// <summary>With a ground of its own, for a place where there are grid lines.</summary>
    public void DrawFramed(SKCanvas canvas, float left, float top)
    {
        SKRect box = SKRect.Create(left, top, Size.Width, Size.Height);
        using SKPaint ground = new() { Color = FigureColor.White.ToSkia(0.85), IsAntialias = true };
        using SKPaint frame = new()
        {
            Color = SkiaStyles.Grid.ToSkia(),
            IsStroke = true,
            StrokeWidth = _style.FrameWidth,
            IsAntialias = true
        };
        canvas.DrawRoundRect(box, CornerRadius, CornerRadius, ground);
        canvas.DrawRoundRect(box, CornerRadius, CornerRadius, frame);
        Draw(canvas, left, top);
    }

    public void Draw(SKCanvas canvas, float left, float top)
    {
        for (int i = 0; i < _entries.Count; i++)
        {
            float x = left + Padding + i / Rows * (_columnWidth + ColumnGap);
            float middle = top + Padding + (i % Rows + 0.5f) * RowHeight;
            DrawSwatch(canvas, _entries[i], x, middle);
            TextDrawing.Draw(canvas, _entries[i].Name, x + SwatchWidth + SwatchGap, middle, _style.LegendFontSize, FigureColor.Black);
        }
    }

    private void DrawSwatch(SKCanvas canvas, LegendEntry entry, float x, float middle)
    {
        if (entry.HasBand)
        {
            using SKPaint band = new() { Color = entry.Color.ToSkia(_style.BandOpacity) };
            canvas.DrawRect(SKRect.Create(x, middle - RowHeight * 0.3f, SwatchWidth, RowHeight * 0.6f), band);
        }

        // Two paints: the dashes of the line would stay in the first.
        using Paint linePaint = Paint.NewDisposablePaint();
        using Paint markerPaint = Paint.NewDisposablePaint();
        ScottPlot.LineStyle lineStyle = entry.LineStyle.ToScottPlot(_style.LineWidth, entry.Color);
        Drawing.DrawLine(canvas, linePaint, new Pixel(x, middle), new Pixel(x + SwatchWidth, middle), lineStyle);
        if (entry.Marker != Marker.None)
            Drawing.DrawMarker(canvas, markerPaint, new Pixel(x + SwatchWidth / 2, middle),
                entry.Marker.ToScottPlot(_style.MarkerSize, entry.Color));
    }
}
