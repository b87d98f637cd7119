using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Bars from zero, and the inset over them.</summary>
internal sealed class HistogramFigureRenderer(HistogramFigure figure) : IFigureRenderer
{
    private readonly IReadOnlyList<PlacedSeries> _insetSeries = figure.Inset is null ? [] : SeriesPlacement.Place(figure.Inset);

    public FigureSize Size => new(figure.Size.Width, figure.Size.Height + (int)Math.Ceiling(Foot.NoteHeight));

    private FootNote Foot => new(
        figure,
        figure.Histogram.LeftOut + _insetSeries.Sum(s => s.LeftOut),
        figure.Inset is { HasLogarithmicAxis: true },
        figure.Size.Width - 2 * figure.Style.Margin);

    public void Render(SKCanvas canvas)
    {
        var style = figure.Style;
        var histogram = figure.Histogram;
        var whole = new SKRect(style.Margin, style.Margin, Size.Width - style.Margin, Size.Height - style.Margin);
        var foot = Foot;
        foot.Draw(canvas, whole);

        var titleHeight = figure.Title.Length == 0 ? 0 : TextDrawing.LineHeight * style.TitleFontSize;
        var area = new SKRect(whole.Left, whole.Top + titleHeight, whole.Right, whole.Bottom - foot.Height);
        var end = histogram.Start + histogram.Densities.Length * histogram.BinWidth;
        using var axes = new AxesPlot(
            AxisFit.Horizontal(new Axis(figure.ValueLabel), new AxisRange(histogram.Start, end), area.Width, style),
            AxisFit.Vertical(new Axis("Density") { Minimum = 0 }, new AxisRange(0, Top(area)), area.Height, style),
            style);
        for (var i = 0; i < histogram.Densities.Length; i++)
        {
            var left = histogram.Start + i * histogram.BinWidth;
            axes.AddBar(new AxisRange(left, left + histogram.BinWidth), histogram.Densities[i], figure.Color);
        }

        var dataArea = axes.Render(canvas, area, axes.Measure(area.Size));
        TextDrawing.DrawTitle(
            canvas, figure.Title, dataArea.MidX, whole.Top + titleHeight / 2, style.TitleFontSize, whole.Left, whole.Right);
        if (figure.Inset is { } inset)
            DrawInset(canvas, inset, _insetSeries, dataArea);
    }

    /// <summary>High enough for no bar to reach the inset, within the room that ticks and labels leave, about.</summary>
    private double Top(SKRect area)
    {
        const float TicksAndLabels = 4;
        var histogram = figure.Histogram;
        var highest = histogram.Densities.Max();
        if (figure.Inset is null)
            return highest;

        var room = TicksAndLabels * figure.Style.TickFontSize;
        var share = figure.Inset.Size.Width / (area.Width - room);
        var first = (int)((1 - share) * histogram.Densities.Length);
        var below = histogram.Densities.Skip(first - 1).Max();
        var height = area.Height - room;
        return Math.Max(highest, below * height / Math.Max(1, height - figure.Inset.Size.Height));
    }

    private void DrawInset(SKCanvas canvas, LineFigure inset, IReadOnlyList<PlacedSeries> series, SKRect dataArea)
    {
        var style = figure.Style with
        {
            TitleFontSize = figure.Style.LegendFontSize,
            LabelFontSize = figure.Style.NoteFontSize,
            TickFontSize = figure.Style.NoteFontSize,
            LegendFontSize = figure.Style.NoteFontSize,
            LineWidth = 0.75f * figure.Style.LineWidth,
            MarkerSize = 0.6f * figure.Style.MarkerSize,
        };
        var size = new SKSize(inset.Size.Width, inset.Size.Height);
        var area = SKRect.Create(dataArea.Right - size.Width, dataArea.Top, size.Width, size.Height);
        using var ground = new SKPaint { Color = FigureColor.White.ToSkia() };
        canvas.DrawRect(area, ground);
        using var plot = new LinePlot(inset, series, style, size);
        plot.Render(canvas, area, plot.Measure(size));
    }
}
