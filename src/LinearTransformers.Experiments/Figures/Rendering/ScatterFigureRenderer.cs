using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Coloured points over a pair of axes, and the bar that says what the colours stand for.</summary>
internal sealed class ScatterFigureRenderer(ScatterFigure figure) : IFigureRenderer
{
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
        ColorBar bar = new(new Axis(figure.ValueLabel), valueRange, whole.Height, style);
        SKRect area = new(whole.Left, whole.Top + titleHeight, whole.Right - bar.Room, whole.Bottom - foot.Height);

        using AxesPlot axes = new(
            AxisFit.Horizontal(figure.X, AxisRange.Of(points.Select(p => p.X)), area.Width, style, AxisFit.VerticalMargin),
            AxisFit.Vertical(figure.Y, AxisRange.Of(points.Select(p => p.Y)), area.Height, style),
            style);
        axes.AddPoints(points, i => markers[i], i => bar.ColorOf(values[i]));
        SKRect dataArea = axes.Render(canvas, area, axes.Measure(area.Size));
        TextDrawing.DrawTitle(
            canvas, figure.Title, dataArea.MidX, whole.Top + titleHeight / 2, style.TitleFontSize, whole.Left, whole.Right);
        bar.Draw(canvas, area.Right, dataArea, whole.Right);
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
}
