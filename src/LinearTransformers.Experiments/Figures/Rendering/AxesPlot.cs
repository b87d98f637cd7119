using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>What an axis shows: its label, the range in sight and the ticks in it.</summary>
internal sealed record AxisFrame(string Label, AxisRange Range, IReadOnlyList<AxisTick> Ticks);

/// <summary>The room that labels take around the data.</summary>
internal readonly record struct AxesPadding(float Left, float Right, float Top, float Bottom)
{
    public AxesPadding Union(AxesPadding other) => new(
        Math.Max(Left, other.Left), Math.Max(Right, other.Right), Math.Max(Top, other.Top), Math.Max(Bottom, other.Bottom));
}

/// <summary>
/// A pair of axes with lines, bands and points on it, drawn by ScottPlot; the only place that knows ScottPlot's plots.
/// All coordinates are axis positions (logarithms on a logarithmic axis).
/// </summary>
internal sealed class AxesPlot : IDisposable
{
    // ScottPlot centers text by the box of the font, which in ours is taller above the capitals than below the
    // baseline; in font sizes, from the font's metrics.
    private const float MiddleShift = 0.246f;
    private const float BottomSlack = 0.4f;

    private readonly Plot _plot = new();

    private readonly AxisFrame _x;

    private readonly AxisFrame _y;

    private readonly FigureStyle _style;

    public AxesPlot(AxisFrame x, AxisFrame y, FigureStyle style)
    {
        _x = x;
        _y = y;
        _style = style;
        _plot.RenderManager.ClearCanvasBeforeEachRender = false;
        _plot.FigureBackground.Color = Colors.Transparent;
        _plot.Legend.IsVisible = false;
        _plot.Axes.Right.IsVisible = false;
        _plot.Axes.Top.IsVisible = false;
        _plot.Axes.Title.IsVisible = false;
        _plot.Axes.SetLimits(x.Range.Low, x.Range.High, y.Range.Low, y.Range.High);
        SetUp((ScottPlot.AxisPanels.AxisBase)_plot.Axes.Bottom, x);
        SetUp((ScottPlot.AxisPanels.AxisBase)_plot.Axes.Left, y);
        _plot.Axes.Left.TickLabelStyle.OffsetY = MiddleShift * style.TickFontSize;
        _plot.Grid.MajorLineColor = SkiaStyles.Grid.ToScottPlot();
        _plot.Grid.MajorLineWidth = style.FrameWidth;
    }

    public void AddBand(IReadOnlyList<BandPoint> band, FigureColor color)
    {
        // The lower edge is drawn a little below the bottom where it goes through it, and cut off by the data area.
        double bottom = _y.Range.Low - 0.1 * _y.Range.Length;
        ScottPlot.Plottables.FillY fill = _plot.Add.FillY([.. band.Select(p => (p.X, p.Upper, Math.Max(p.Lower, bottom)))]);
        fill.FillColor = color.ToScottPlot(_style.BandOpacity);
        fill.LineWidth = 0;
        fill.MarkerStyle.IsVisible = false;
    }

    public void AddLine(IReadOnlyList<AxisPoint> points, FigureColor color, LineStyle lineStyle, Marker marker)
    {
        ScottPlot.Plottables.Scatter line = _plot.Add.Scatter(points.Select(p => new Coordinates(p.X, p.Y)).ToArray());
        line.LineStyle = lineStyle.ToScottPlot(_style.LineWidth, color);
        line.MarkerStyle = MarkerStyle.None;
        if (marker != Marker.None)
            AddPoints(points, _ => marker, _ => color);
    }

    /// <summary>Points without a line, each with its own sign and colour.</summary>
    public void AddPoints(IReadOnlyList<AxisPoint> points, Func<int, Marker> markerOf, Func<int, FigureColor> colorOf) =>
        _plot.Add.Plottable(new MarkersPlottable(points, i => markerOf(i).ToScottPlot(_style.MarkerSize, colorOf(i))));

    /// <summary>A bar from the bottom of the axes.</summary>
    public void AddBar(AxisRange x, double height, FigureColor color)
    {
        ScottPlot.Plottables.Polygon bar = _plot.Add.Polygon(
            (Coordinates[])[new(x.Low, _y.Range.Low), new(x.Low, height), new(x.High, height), new(x.High, _y.Range.Low)]);
        bar.FillColor = OkLab.Mix(OkLab.From(FigureColor.White), OkLab.From(color), 0.5).ToColor().ToScottPlot();
        bar.LineStyle = LineStyle.Solid.ToScottPlot(_style.FrameWidth, color);
        bar.MarkerStyle = MarkerStyle.None;
    }

    /// <summary>A line across the whole width.</summary>
    public void AddHorizontalLine(double y, FigureColor color, LineStyle lineStyle) =>
        AddLine([new AxisPoint(_x.Range.Low, y), new AxisPoint(_x.Range.High, y)], color, lineStyle, Marker.None);

    /// <summary>The room that the labels need.</summary>
    public AxesPadding Measure(SKSize size)
    {
        // ScottPlot knows the size of its labels only after it has drawn them once.
        _plot.RenderInMemory((int)size.Width, (int)size.Height);
        Layout layout = _plot.LastRender.Layout;
        string lastLabel = _x.Ticks.LastOrDefault(t => t.IsMajor).Label ?? "";
        return new AxesPadding(
            layout.DataRect.Left - layout.FigureRect.Left,
            TextDrawing.Width(lastLabel, _style.TickFontSize) / 2,
            TextDrawing.CapitalHeight(_style.TickFontSize),
            layout.FigureRect.Bottom - layout.DataRect.Bottom - (_x.Label.Length == 0 ? 0 : BottomSlack * _style.LabelFontSize));
    }

    /// <summary>Draws into <paramref name="area"/> and says where its data area is.</summary>
    public SKRect Render(SKCanvas canvas, SKRect area, AxesPadding padding)
    {
        _plot.Layout.Fixed(new PixelPadding(padding.Left, padding.Right, padding.Bottom, padding.Top));
        _plot.RenderInMemory((int)area.Width, (int)area.Height);
        _plot.Render(canvas, new PixelRect(area.Left, area.Right, area.Bottom, area.Top));
        return DataArea(area, padding);
    }

    public static SKRect DataArea(SKRect area, AxesPadding padding) => new(
        area.Left + padding.Left, area.Top + padding.Top, area.Right - padding.Right, area.Bottom - padding.Bottom);

    /// <summary>Where a point is drawn when the data area is <paramref name="dataArea"/>.</summary>
    public SKPoint ToPixel(AxisPoint point, SKRect dataArea) => new(
        (float)(dataArea.Left + (point.X - _x.Range.Low) / _x.Range.Length * dataArea.Width),
        (float)(dataArea.Bottom - (point.Y - _y.Range.Low) / _y.Range.Length * dataArea.Height));

    public void Dispose() => _plot.Dispose();

    private void SetUp(ScottPlot.AxisPanels.AxisBase axis, AxisFrame frame)
    {
        axis.TickGenerator = new NumericManual(
            [.. frame.Ticks.Select(t => t.IsMajor ? Tick.Major(t.Position, t.Label!) : Tick.Minor(t.Position))]);
        axis.Color(FigureColor.Black.ToScottPlot());
        axis.LabelStyle.Text = frame.Label;
        axis.LabelStyle.Font = FigureFont.Typeface;
        axis.LabelStyle.FontSize = _style.LabelFontSize;
        axis.TickLabelStyle.Font = FigureFont.Typeface;
        axis.TickLabelStyle.FontSize = _style.TickFontSize;
        axis.FrameLineStyle.Width = _style.FrameWidth;
        axis.MajorTickStyle.Width = _style.FrameWidth;
        axis.MajorTickStyle.Length = 5;
        axis.MinorTickStyle.Width = _style.FrameWidth;
        axis.MinorTickStyle.Length = 3;
    }
}
