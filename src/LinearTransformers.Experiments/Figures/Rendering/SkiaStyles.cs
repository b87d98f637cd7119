using SkiaSharp;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Our colours and line styles in the words of SkiaSharp and ScottPlot.</summary>
internal static class SkiaStyles
{
    /// <summary>Of grid lines.</summary>
    public static FigureColor Grid { get; } = new(0xE4, 0xE4, 0xE4);

    public static SKColor ToSkia(this FigureColor color, double opacity = 1) =>
        new(color.Red, color.Green, color.Blue, Alpha(opacity));

    public static ScottPlot.Color ToScottPlot(this FigureColor color, double opacity = 1) =>
        new(color.Red, color.Green, color.Blue, Alpha(opacity));

    /// <summary>Lengths of dashes and gaps in turn; empty for an unbroken line.</summary>
    public static float[] DashIntervals(this LineStyle style) => style switch
    {
        LineStyle.Solid or LineStyle.None => [],
        LineStyle.Dashed => [8, 4],
        LineStyle.Dotted => [2, 3],
        LineStyle.DashDotted => [8, 3, 2, 3],
        _ => throw new ArgumentOutOfRangeException(nameof(style), style, "Not a line style."),
    };

    public static ScottPlot.LineStyle ToScottPlot(this LineStyle style, float width, FigureColor color) => new()
    {
        IsVisible = style != LineStyle.None,
        Width = style == LineStyle.None ? 0 : width,
        Color = color.ToScottPlot(),
        Pattern = new ScottPlot.LinePattern(style.DashIntervals(), 0, style.ToString()),
        StrokeJoin = SKStrokeJoin.Round,
    };

    public static ScottPlot.MarkerStyle ToScottPlot(this Marker marker, float size, FigureColor color)
    {
        ScottPlot.MarkerShape shape = marker switch
        {
            Marker.None => ScottPlot.MarkerShape.None,
            Marker.Circle => ScottPlot.MarkerShape.FilledCircle,
            Marker.Square => ScottPlot.MarkerShape.FilledSquare,
            Marker.Triangle => ScottPlot.MarkerShape.FilledTriangleUp,
            Marker.Diamond => ScottPlot.MarkerShape.FilledDiamond,
            Marker.Cross => ScottPlot.MarkerShape.Eks,
            _ => throw new ArgumentOutOfRangeException(nameof(marker), marker, "Not a marker."),
        };
        return new ScottPlot.MarkerStyle(shape, size, color.ToScottPlot()) { LineWidth = size / 4 };
    }

    private static byte Alpha(double opacity) => (byte)Math.Round(255 * Math.Clamp(opacity, 0, 1));
}
