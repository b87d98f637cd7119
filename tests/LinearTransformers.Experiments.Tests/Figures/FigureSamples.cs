using LinearTransformers.Experiments.Figures;

namespace LinearTransformers.Experiments.Tests.Figures;

/// <summary>One small figure of every kind.</summary>
internal static class FigureSamples
{
    private static readonly double[] Iterations = [.. Enumerable.Range(0, 21).Select(i => 500.0 * i)];

    private static readonly double[] Losses = [.. Iterations.Select(t => 1e-3 + 5 * Math.Exp(-t / 900))];

    public static TheoryData<string> Kinds => [.. All.Keys];

    public static IReadOnlyDictionary<string, Figure> All { get; } = new Dictionary<string, Figure>
    {
        ["line"] = Line(),
        ["heat maps"] = new HeatMapFigure("", [new HeatMap("B₀", Diagonal(0.34)), new HeatMap("A₂", Diagonal(-7.1))]),
        ["panels"] = new PanelFigure("Panels", [Line(), Line(), Line()]) { Columns = 2 },
        ["scatter"] = Scatter(),
        ["map"] = new MapFigure(
            "Excess", "N", ["5", "10", "20", "40"], "d", ["2", "5"], new Axis("Loss / exact floor", AxisScale.Logarithmic),
            new double[,] { { 1, 1.5, 2.5, double.NaN }, { 30, double.PositiveInfinity, 1.2, 40_000 } })
        { Level = 2 },
        ["histogram"] = new HistogramFigure(
            "Noise", "Norm", Histogram.Of([1, 2, 2, 3], 4))
        { Inset = Line() with { Size = new FigureSize(200, 150) } },
    };

    public static LineFigure Line() => new(
        "Loss",
        new Axis("Iteration"),
        new Axis("In-context loss", AxisScale.Logarithmic),
        [
            new Series("Adam", Iterations, Losses) { Band = Band.Around(Losses, [.. Losses.Select(l => 0.3 * l)]) },
            new Series("SGD with momentum", Iterations, Losses.Select(l => 2 * l)) { LineStyle = LineStyle.Dashed, Marker = Marker.Square },
        ])
    {
        ReferenceLines = [new ReferenceLine("exact floor " + NumberText.Scientific(6.7e-4), 6.7e-4)],
    };

    public static ScatterFigure Scatter(params ScatterPoint[] more) => new(
        "Smoothness",
        new Axis("Gradient norm", AxisScale.Logarithmic),
        new Axis("Curvature", AxisScale.Logarithmic),
        [.. Losses.Select((l, i) => new ScatterPoint(l, 2 * l, i)), .. more],
        "Iteration");

    public static LineFigure LogLine(params double[] y) => new(
        "", new Axis(""), new Axis("", AxisScale.Logarithmic), [new Series("s", Enumerable.Range(0, y.Length).Select(i => (double)i), y)]);

    public static double[,] Diagonal(double value)
    {
        double[,] matrix = new double[5, 5];
        for (int i = 0; i < 5; i++)
            matrix[i, i] = value;

        return matrix;
    }
}
