using System.Globalization;
using System.Text;
using LinearTransformers.Experiments.Figures.Rendering;
using LinearTransformers.Experiments.Report;

namespace LinearTransformers.Experiments.Watching;

/// <summary>A curve of a chart.</summary>
/// <param name="Points">Its points.</param>
/// <param name="Color">Its colour, as CSS has it.</param>
/// <param name="Dashes">Its dashes; empty for none.</param>
internal sealed record WatchCurve(Curve Points, string Color, string Dashes);

/// <summary>
/// Curves over iterations as SVG for a page that is written anew every second: lines and words, which take a millisecond where a figure
/// with its outlines takes fifty.
/// </summary>
internal static class WatchChart
{
    private const int Width = 1000;
    private const int Height = 300;
    private const int Left = 70;
    private const int Right = 15;
    private const int Top = 10;
    private const int Bottom = 40;
    private const int TicksAcross = 8;
    private const int TicksUp = 6;

    /// <summary>A floor so many decades below the curves is off the chart, which would be flat otherwise.</summary>
    private const double FloorDecades = 2;

    /// <summary>So many decades above where the curves begin the chart ends, for a run that diverges.</summary>
    private const double GrowthDecades = 3;

    /// <summary>The chart; null where there is nothing to show.</summary>
    /// <param name="quantity">What is shown.</param>
    /// <param name="curves">The curves, of which only positive values are shown: the axis is logarithmic.</param>
    /// <param name="floors">Exact values, drawn as dashed lines where they are near.</param>
    public static string? Svg(string quantity, IReadOnlyList<WatchCurve> curves, IReadOnlyList<(string Name, double Value)> floors)
    {
        (WatchCurve Curve, (double X, double Y)[] Points)[] shown = [.. curves
            .Select(curve => (curve, Positive(curve.Points)))
            .Where(pair => pair.Item2.Length > 0)];
        if (shown.Length == 0)
        {
            return null;
        }

        double most = shown.Max(pair => pair.Points[0].Y) + GrowthDecades;
        AxisRange data = AxisRange.Of(shown.SelectMany(pair => pair.Points).Select(point => Math.Min(point.Y, most)))!.Value;
        (string Name, double Value)[] near = [.. floors
            .Select(floor => (floor.Name, Math.Log10(floor.Value)))
            .Where(floor => floor.Item2 >= data.Low - FloorDecades && floor.Item2 <= data.High)];
        AxisRange up = AxisRange.Of([data.Low, data.High, .. near.Select(floor => floor.Value)])!.Value;
        up = up.Length < 1e-6 ? new AxisRange(up.Low - 0.1, up.High + 0.1) : up.Widen(0.05);
        AxisRange across = new(0, Math.Max(1, shown.Max(pair => pair.Points[^1].X)));

        StringBuilder svg = new();
        svg.Append(Text(
            $"<svg class=\"watched\" viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Html.Text(quantity)}, by iteration\">\n"));
        foreach (AxisTick tick in LinearTicks.Create(across, TicksAcross))
        {
            svg.Append(Text($"<path class=\"grid\" d=\"M{X(tick.Position):0.#} {Top}V{Height - Bottom}\"/>")
                + Text($"<text x=\"{X(tick.Position):0.#}\" y=\"{Height - Bottom + 17}\" text-anchor=\"middle\">{tick.Label}</text>\n"));
        }

        foreach (AxisTick tick in LogarithmicTicks.Create(up, TicksUp).Where(tick => tick.IsMajor))
        {
            svg.Append(Text($"<path class=\"grid\" d=\"M{Left} {Y(tick.Position):0.#}H{Width - Right}\"/>")
                + Text($"<text x=\"{Left - 6}\" y=\"{Y(tick.Position) + 4:0.#}\" text-anchor=\"end\">{tick.Label}</text>\n"));
        }

        svg.Append(Text($"<path class=\"axis\" d=\"M{Left} {Top}V{Height - Bottom}H{Width - Right}\"/>\n")
            + Text($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 5}\" text-anchor=\"middle\">Iteration</text>\n")
            + Text($"<text transform=\"translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">")
            + $"{Html.Text(quantity)}</text>\n");
        foreach ((WatchCurve curve, (double X, double Y)[] points) in shown)
        {
            svg.Append(Text($"<path class=\"curve\" style=\"stroke:{curve.Color}\" stroke-dasharray=\"{curve.Dashes}\" d=\"M")
                + string.Join('L', points.Select(point => Text($"{X(point.X):0.#} {Y(Math.Min(point.Y, up.High)):0.#}")))
                + (points.Length == 1 ? "h.1" : "") + "\"/>\n");
        }

        foreach ((string name, double value) in near)
        {
            svg.Append(Text($"<path class=\"floor\" d=\"M{Left} {Y(value):0.#}H{Width - Right}\"/>")
                + Text($"<text class=\"floor\" x=\"{Width - Right - 4}\" y=\"{Y(value) - 4:0.#}\" text-anchor=\"end\">")
                + $"{Html.Text(name)}, exact: {Html.ShortNumber(Math.Pow(10, value))}</text>\n");
        }

        return svg.Append("</svg>\n").ToString();

        double X(double x) => Left + ((x - across.Low) / across.Length * (Width - Left - Right));

        double Y(double y) => Height - Bottom - ((y - up.Low) / up.Length * (Height - Top - Bottom));
    }

    private static (double X, double Y)[] Positive(Curve curve)
        => [.. curve.Iterations.Zip(curve.Values).Where(point => point.Second > 0)
            .Select(point => ((double)point.First, Math.Log10(point.Second)))];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
