using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Coloured points over a pair of axes, and the bar that says what the colours stand for.</summary>
internal sealed class ScatterFigureRenderer(ScatterFigure figure) : IFigureRenderer
{
    private const float BarWidth = 12;
    private const float BarGap = 12;
    private const int BarSteps = 64;

    public FigureSize Size => new(figure.Size.Width, figure.Size.Height + (int)Math.Ceiling(Foot.NoteHeight));

    private FootNote Foot => new(
        figure,
        figure.Points.Length - Place().Points.Count,
        figure.X.Scale == AxisScale.Logarithmic || figure.Y.Scale == AxisScale.Logarithmic,
        figure.Size.Width - 2 * figure.Style.Margin);

    public void Render(SKCanvas canvas)
    {
        FigureStyle style = figure.Style;
        (List<AxisPoint> points, List<double> values, List<Marker> markers) = Place();
        SKRect whole = new(style.Margin, style.Margin, Size.Width - style.Margin, Size.Height - style.Margin);
        FootNote foot = Foot;
        foot.Draw(canvas, whole);

        float titleHeight = figure.Title.Length == 0 ? 0 : TextDrawing.LineHeight * style.TitleFontSize;
        AxisRange valueRange = AxisRange.Of(values) ?? new AxisRange(0, 1);
        AxisFrame barAxis = AxisFit.Vertical(new Axis(figure.ValueLabel), valueRange, whole.Height, style, margin: 0);
        float barRoom = BarGap + BarWidth + 6 + barAxis.Ticks.Max(t => TextDrawing.Width(t.Label ?? "", style.TickFontSize))
            + TextDrawing.LineHeight * style.LabelFontSize;
        SKRect area = new(whole.Left, whole.Top + titleHeight, whole.Right - barRoom, whole.Bottom - foot.Height);

        using AxesPlot axes = new(
            AxisFit.Horizontal(figure.X, AxisRange.Of(points.Select(p => p.X)), area.Width, style, AxisFit.VerticalMargin),
            AxisFit.Vertical(figure.Y, AxisRange.Of(points.Select(p => p.Y)), area.Height, style),
            style);
        axes.AddPoints(points, i => markers[i], i
            => SequentialColorMap.At((values[i] - valueRange.Low) / Math.Max(valueRange.Length, double.Epsilon)));
        SKRect dataArea = axes.Render(canvas, area, axes.Measure(area.Size));
        TextDrawing.DrawTitle(
            canvas, figure.Title, dataArea.MidX, whole.Top + titleHeight / 2, style.TitleFontSize, whole.Left, whole.Right);
        DrawBar(canvas, barAxis, SKRect.Create(area.Right + BarGap, dataArea.Top, BarWidth, dataArea.Height), whole.Right);
    }

    private (List<AxisPoint> Points, List<double> Values, List<Marker> Markers) Place()
    {
        AxisTransform x = AxisTransform.For(figure.X.Scale);
        AxisTransform y = AxisTransform.For(figure.Y.Scale);
        List<(AxisPoint Point, double Value, Marker Marker)> placed = figure.Points
            .Select(p => (Point: new AxisPoint(x.Place(p.X), y.Place(p.Y)), p.Value, p.Marker))
            .Where(p => !double.IsNaN(p.Point.X + p.Point.Y) && double.IsFinite(p.Value))
            .ToList();
        return ([.. placed.Select(p => p.Point)], [.. placed.Select(p => p.Value)], [.. placed.Select(p => p.Marker)]);
    }

    private void DrawBar(SKCanvas canvas, AxisFrame axis, SKRect bar, float right)
    {
        FigureStyle style = figure.Style;
        for (int i = 0; i < BarSteps; i++)
        {
            // Upwards, each step reaching under the next one, so that no seam shows.
            float bottom = bar.Bottom - i * bar.Height / BarSteps;
            float top = Math.Max(bar.Top, bottom - 2 * bar.Height / BarSteps);
            using SKPaint paint = new() { Color = SequentialColorMap.At((i + 0.5) / BarSteps).ToSkia() };
            canvas.DrawRect(new SKRect(bar.Left, top, bar.Right, bottom), paint);
        }

        using SKPaint frame = new()
        {
            Color = FigureColor.Black.ToSkia(),
            IsStroke = true,
            StrokeWidth = style.FrameWidth,
            IsAntialias = true
        };
        canvas.DrawRect(bar, frame);
        foreach (AxisTick tick in axis.Ticks.Where(t => t.IsMajor))
        {
            float y = (float)(bar.Bottom - (tick.Position - axis.Range.Low) / axis.Range.Length * bar.Height);
            canvas.DrawLine(bar.Right, y, bar.Right + 4, y, frame);
            TextDrawing.Draw(canvas, tick.Label!, bar.Right + 6, y, style.TickFontSize, FigureColor.Black);
        }

        canvas.Save();
        canvas.Translate(right - style.LabelFontSize / 2, bar.MidY);
        canvas.RotateDegrees(-90);
        TextDrawing.Draw(canvas, axis.Label, 0, 0, style.LabelFontSize, FigureColor.Black, SKTextAlign.Center);
        canvas.Restore();
    }
}
