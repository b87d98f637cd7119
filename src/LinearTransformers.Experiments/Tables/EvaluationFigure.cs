using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Settings;

namespace LinearTransformers.Experiments.Tables;

/// <summary>A table of lintf eval as lines: one for each method, and for each value of what varies besides.</summary>
internal static class EvaluationFigure
{
    private const string Interpolated = "interpolated";
    private const string Floor = "floor";
    private const string Cosine = "cosine";

    /// <summary>From so many times the least value on, an axis is logarithmic.</summary>
    private const double WideX = 15;
    private const double WideY = 4;

    /// <summary>How far above the middle one of all lines another may go, and where the axis ends if it goes farther.</summary>
    private const double MostAbove = 1000;
    private const double RoomAbove = 10;

    private static readonly string[] Abscissas = ["iteration", "N", "layer", "noise", "xScale", "weight"];
    private static readonly string[] Others =
        ["run", "iteration", "layer", "N", "noiseLaw", "covariates", "covariance", "tasks", "taskCovariance", "xScale"];

    private static readonly Dictionary<string, string> Labels = new()
    {
        ["iteration"] = "Iteration",
        ["layer"] = "Layers, or steps",
        ["N"] = "Examples N",
        ["noise"] = "Noise σ",
        ["xScale"] = "Scale of covariates",
        ["weight"] = "Weight of GD++",
        ["loss"] = "Test loss",
        ["difference"] = "Loss less that of the model",
        [Cosine] = "1 − cosine of sensitivities",
        ["predictionDifference"] = "Mean |ŷ − ŷ'|",
        ["sensitivityDifference"] = "Mean |∂ŷ/∂x − ∂ŷ'/∂x|",
    };

    public static Plot Draw(TidyTable table, TableOptions options)
    {
        if (options.By is { } by)
        {
            throw new SettingException("by", by, "left out with eval, whose lines are methods");
        }

        foreach (string needed in (string[])["method", "loss"])
        {
            if (!table.Has(needed))
            {
                throw new PlotException($"{table.Path} has no column {needed}: it must be a table that lintf eval --csv wrote");
            }
        }

        string y = TableFigure.Column(table, "y", options.Y ?? "loss");
        string error = y == "loss" ? "standardError" : y + "Error";
        IReadOnlyList<string>[] rows = [.. TableFigure.Rows(table, options).Where(row => table.Number(row, y) is not null)];
        string x = options.X is { } given ? TableFigure.Column(table, "x", given) : Widest(table, rows);
        rows = [.. rows.Where(row => (x == "weight") == (table.Text(row, "method") == Interpolated))];
        double[] ends = [.. rows.Select(row => table.Number(row, x)).OfType<double>().Distinct().Order()];
        if (ends.Length < 2)
        {
            throw new PlotException(
                $"{table.Path} has one value of {x}: a figure needs several, as from lintf eval --N 5,10,20, --layers or --at all");
        }

        string[] telling = [.. Others.Where(name => name != x && !(name == "noiseLaw" && x == "noise") && table.Has(name)
            && rows.Where(row => name is not ("layer" or "iteration") || table.Text(row, "method") == "model")
                .Select(row => table.Text(row, name)).Distinct().Count() > 1)];
        List<Series> lines = [];
        PlotTable numbers = new(x, "curve", y, error);
        foreach (IGrouping<string, IReadOnlyList<string>> line in rows.GroupBy(row => Name(table, row, telling)))
        {
            // What does not depend on the run stands in the table for each of them.
            (double X, double Y, double Error)[] points = [.. line
                .SelectMany(row => table.Number(row, x) is { } at
                    ? [(at, Shown(table.Number(row, y)!.Value), table.Number(row, error) ?? double.NaN)]
                    : ends.Select(end => (end, Shown(table.Number(row, y)!.Value), double.NaN)))
                .Distinct().OrderBy(point => point.Item1)];
            foreach ((double at, double value, double e) in points)
            {
                numbers.Add(at, line.Key, value, e);
            }

            // Families of floors that are one and the same here are drawn once.
            bool isFloor = table.Text(line.First(), "method") == Floor;
            double[] values = [.. points.Select(point => point.Y)];
            if (points.Length < 2 || values.All(value => value == 0) || (isFloor && lines.Any(before => IsAlike(before, values))))
            {
                continue;
            }

            bool hasBand = points.All(point => double.IsFinite(point.Error) && double.IsFinite(point.Y));
            lines.Add(new Series(line.Key, points.Select(point => point.X), values)
            {
                Band = hasBand
                    ? new Band(points.Select(point => point.Y - point.Error), points.Select(point => point.Y + point.Error))
                    : null,
                LineStyle = isFloor ? LineStyle.Dashed : LineStyle.Solid,
                Marker = isFloor || points.Length > 30 ? Marker.None : Marker.Circle,
                Color = Palette.At(lines.Count),
            });
        }

        if (lines.Count == 0)
        {
            throw new PlotException($"{table.Path} has no line of two points or more to draw");
        }

        AxisScale scale = Scale([.. lines.SelectMany(line => line.Y).Where(double.IsFinite)], WideY);
        double? top = scale is AxisScale.Logarithmic ? Top(lines) : null;
        // Cosines are near 1: what they lack of it tells them apart.
        double Shown(double value) => y == Cosine ? 1 - value : value;

        string against = char.ToLowerInvariant(Label(x)[0]) + Label(x)[1..];
        string caption = $"{Label(y)} against {against}. Band: ± the standard error over prompts."
            + (top is null ? "" : " Where rare prompts decide, lines go on above the top.");
        return new Plot(
            new LineFigure("", new Axis(Label(x), Scale(ends, WideX)), new Axis(Label(y), scale) { Maximum = top }, lines)
            {
                Size = new FigureSize(FigureSize.Column.Width, FigureSize.Column.Height + (18 * Math.Max(0, lines.Count - 4))),
                Note = caption,
            },
            caption,
            numbers,
            [],
            []);
    }

    private static string Label(string name) => Labels.GetValueOrDefault(name, name);

    private static AxisScale Scale(double[] values, double wide)
        => values.Min() > 0 && values.Max() / values.Min() >= wide ? AxisScale.Logarithmic : AxisScale.Linear;

    /// <summary>Where a line that grows beyond all others would leave them no room; null where there is none.</summary>
    private static double? Top(List<Series> lines)
    {
        double[] highest = [.. lines.Select(line => line.Y.Where(double.IsFinite).DefaultIfEmpty(0).Max()).Order()];
        double usual = highest[highest.Length / 2];
        return highest[^1] > MostAbove * usual ? RoomAbove * usual : null;
    }

    private static bool IsAlike(Series line, double[] values)
        => line.Y.Length == values.Length
            && line.Y.Zip(values).All(pair => Math.Abs(pair.First - pair.Second) <= 1e-9 * Math.Abs(pair.First));

    private static string Name(TidyTable table, IReadOnlyList<string> row, string[] telling)
    {
        string method = table.Text(row, "method");
        string family = table.Text(row, "family");
        bool isModel = method is "model" or Interpolated;
        IEnumerable<string> others = telling
            .Where(name => isModel || name is not ("run" or "iteration" or "layer"))
            .Select(name => name == "run" ? table.Text(row, name)
                : $"{(name == "noiseLaw" ? "σ" : name)} = {table.Text(row, name)}");
        return string.Join(", ", others.Prepend(family.Length > 0 ? $"{family}, exact" : method));
    }

    /// <summary>The column with the most values; the first one where several have as many.</summary>
    private static string Widest(TidyTable table, IReadOnlyList<string>[] rows)
        => Abscissas.Where(table.Has).MaxBy(name => rows
            .Where(row => table.Text(row, "method") == "model")
            .Select(row => table.Text(row, name)).Distinct().Count())!;
}
