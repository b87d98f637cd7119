using ScottPlot;

namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Points without a line, each in its own colour.</summary>
/// <remarks>
/// ScottPlot's own scatter draws markers with the paint of its line, dashes and all, of which Skia complains on the
/// standard error stream when it writes SVG.
/// </remarks>
internal sealed class MarkersPlottable(IReadOnlyList<AxisPoint> points, Func<int, MarkerStyle> styleOf) : IPlottable
{
    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => [];

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        using Paint paint = Paint.NewDisposablePaint();
        for (int i = 0; i < points.Count; i++)
            Drawing.DrawMarker(rp.Canvas, paint, Axes.GetPixel(new Coordinates(points[i].X, points[i].Y)), styleOf(i));
    }
}
