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
        FigureStyle style = figure.Style;
        Histogram histogram = figure.Histogram;
        SKRect whole = new(style.Margin, style.Margin, Size.Width - style.Margin, Size.Height - style.Margin);
        FootNote foot = Foot;
        foot.Draw(canvas, whole);

        float titleHeight = figure.Title.Length == 0 ? 0 : TextDrawing.LineHeight * style.TitleFontSize;
        SKRect area = new(whole.Left, whole.Top + titleHeight, whole.Right, whole.Bottom - foot.Height);
        double end = histogram.Start + histogram.Densities.Length * histogram.BinWidth;
        using AxesPlot axes = new(
            AxisFit.Horizontal(new Axis(figure.ValueLabel), new AxisRange(histogram.Start, end), area.Width, style),
            AxisFit.Vertical(new Axis("Density") { Minimum = 0 }, new AxisRange(0, Top(area)), area.Height, style),
            style);
        for (int i = 0; i < histogram.Densities.Length; i++)
        {
            double left = histogram.Start + i * histogram.BinWidth;
            axes.AddBar(new AxisRange(left, left + histogram.BinWidth), histogram.Densities[i], figure.Color);
        }

        SKRect dataArea = axes.Render(canvas, area, axes.Measure(area.Size));
        TextDrawing.DrawTitle(
            canvas, figure.Title, dataArea.MidX, whole.Top + titleHeight / 2, style.TitleFontSize, whole.Left, whole.Right);
        if (figure.Inset is { } inset)
            DrawInset(canvas, inset, _insetSeries, dataArea);
    }

    /// <summary>High enough for no bar to reach the inset, within the room that ticks and labels leave, about.</summary>
    private double Top(SKRect area)
    {
        const float TicksAndLabels = 4;
        Histogram histogram = figure.Histogram;
        double highest = histogram.Densities.Max();
        if (figure.Inset is null)
            return highest;

        float room = TicksAndLabels * figure.Style.TickFontSize;
        float share = figure.Inset.Size.Width / (area.Width - room);
        int first = (int)((1 - share) * histogram.Densities.Length);
        double below = histogram.Densities.Skip(first - 1).Max();
        float height = area.Height - room;
        return Math.Max(highest, below * height / Math.Max(1, height - figure.Inset.Size.Height));
    }

    private void DrawInset(SKCanvas canvas, LineFigure inset, IReadOnlyList<PlacedSeries> series, SKRect dataArea)
    {
        FigureStyle style = figure.Style with
        {
            TitleFontSize = figure.Style.LegendFontSize,
            LabelFontSize = figure.Style.NoteFontSize,
            TickFontSize = figure.Style.NoteFontSize,
            LegendFontSize = figure.Style.NoteFontSize,
            LineWidth = 0.75f * figure.Style.LineWidth,
            MarkerSize = 0.6f * figure.Style.MarkerSize,
        };
        SKSize size = new(inset.Size.Width, inset.Size.Height);
        SKRect area = SKRect.Create(dataArea.Right - size.Width, dataArea.Top, size.Width, size.Height);
        using SKPaint ground = new() { Color = FigureColor.White.ToSkia() };
        canvas.DrawRect(area, ground);
        using LinePlot plot = new(inset, series, style, size);
        plot.Render(canvas, area, plot.Measure(size));
    }
}
