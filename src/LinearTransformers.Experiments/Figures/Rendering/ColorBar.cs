using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>An upright bar that says what the colours of <see cref="SequentialColorMap"/> stand for.</summary>
/// <param name="value">The quantity, and its scale.</param>
/// <param name="range">The positions that the ends of the colours stand for.</param>
/// <param name="height">Of the figure.</param>
/// <param name="style">Its style.</param>
internal sealed class ColorBar(Axis value, AxisRange range, float height, FigureStyle style)
{
    private const float Width = 12;
    private const float Gap = 12;
    private const int Steps = 64;

    private readonly AxisFrame _axis = AxisFit.Vertical(value, range, height, style, margin: 0);

    /// <summary>The room that it takes at the right of a figure.</summary>
    public float Room => Gap + Width + 6 + _axis.Ticks.Max(tick => TextDrawing.Width(tick.Label ?? "", style.TickFontSize))
        + (TextDrawing.LineHeight * style.LabelFontSize);

    /// <summary>The colour of a position.</summary>
    public FigureColor ColorOf(double position)
        => SequentialColorMap.At((position - range.Low) / Math.Max(range.Length, double.Epsilon));

    /// <summary>Draws it beside the data.</summary>
    /// <param name="canvas">On what.</param>
    /// <param name="left">Where its room begins.</param>
    /// <param name="data">The data's place.</param>
    /// <param name="right">The figure's right end.</param>
    public void Draw(SKCanvas canvas, float left, SKRect data, float right)
    {
        SKRect bar = SKRect.Create(left + Gap, data.Top, Width, data.Height);
        for (int i = 0; i < Steps; i++)
        {
            // Upwards, each step reaching under the next one, so that no seam shows.
            float bottom = bar.Bottom - (i * bar.Height / Steps);
            float top = Math.Max(bar.Top, bottom - (2 * bar.Height / Steps));
            using SKPaint paint = new() { Color = SequentialColorMap.At((i + 0.5) / Steps).ToSkia() };
            canvas.DrawRect(new SKRect(bar.Left, top, bar.Right, bottom), paint);
        }

        using SKPaint frame = new()
        {
            Color = FigureColor.Black.ToSkia(),
            IsStroke = true,
            StrokeWidth = style.FrameWidth,
            IsAntialias = true,
        };
        canvas.DrawRect(bar, frame);
        foreach (AxisTick tick in _axis.Ticks.Where(tick => tick.IsMajor))
        {
            float y = (float)(bar.Bottom - ((tick.Position - _axis.Range.Low) / _axis.Range.Length * bar.Height));
            canvas.DrawLine(bar.Right, y, bar.Right + 4, y, frame);
            TextDrawing.Draw(canvas, tick.Label!, bar.Right + 6, y, style.TickFontSize, FigureColor.Black);
        }

        canvas.Save();
        canvas.Translate(right - (style.LabelFontSize / 2), bar.MidY);
        canvas.RotateDegrees(-90);
        TextDrawing.Draw(canvas, _axis.Label, 0, 0, style.LabelFontSize, FigureColor.Black, SKTextAlign.Center);
        canvas.Restore();
    }
}
