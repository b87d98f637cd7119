using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Experiments.Tables;

/// <summary>A quantity of a sweep against one setting, a line for each value of another.</summary>
internal static class SweepCurve
{
    private const double WideX = 15;

    public static Plot Draw(TidyTable table, TableOptions options)
        => Draw(SweepCells.Of(table, options, ["loss"], needsBy: false), table.Path);

    /// <summary>What the line of a value of the other setting is called.</summary>
    public static string NameOf(SweepCells cells, string by) => cells.By is null ? cells.Quantity : $"{cells.By} = {by}";

    /// <summary>The curves of some cells.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="path">What they are of, for messages.</param>
    public static Plot Draw(SweepCells cells, string path)
    {
        string[] xs = cells.XValues;
        double[] x = [.. xs.Select(text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new PlotException($"{path}: {cells.X} has the value {text}; a curve needs a setting whose values are numbers"))];
        if (x.Length < 2)
        {
            throw new PlotException($"{path} has one value of {cells.X}: a curve needs several");
        }

        List<Series> lines = [];
        PlotTable numbers = new(cells.X, "curve", "mean", "standardError", "runs", "floor");
        bool hasFloors = false;
        bool hasSeeds = false;
        string[] curves = cells.ByValues;
        for (int c = 0; c < curves.Length; c++)
        {
            string name = NameOf(cells, curves[c]);
            (double Mean, double Error, int Count)[] points = [.. xs.Select(value => cells.At(value, curves[c]))];
            double[] floors = [.. xs.Select(value => cells.At(value, curves[c], "floor").Mean)];
            for (int i = 0; i < x.Length; i++)
            {
                numbers.Add(x[i], name, points[i].Mean, points[i].Error, points[i].Count, floors[i]);
            }

            int[] known = [.. Enumerable.Range(0, x.Length).Where(i => double.IsFinite(points[i].Mean))];
            if (known.Length > 0)
            {
                double[] errors = [.. known.Select(i => double.IsFinite(points[i].Error) ? points[i].Error : 0)];
                hasSeeds |= errors.Any(error => error > 0);
                lines.Add(new Series(name, known.Select(i => x[i]), known.Select(i => points[i].Mean))
                {
                    Band = errors.Any(error => error > 0)
                        ? new Band(known.Select((i, k) => points[i].Mean - errors[k]), known.Select((i, k) => points[i].Mean + errors[k]))
                        : null,
                    Color = Palette.At(c),
                    Marker = Marker.Circle,
                });
            }

            int[] exact = [.. Enumerable.Range(0, x.Length).Where(i => floors[i] > 0 && double.IsFinite(floors[i]))];
            if (cells.Quantity is "loss" or "leastLoss" && exact.Length > 1)
            {
                hasFloors = true;
                lines.Add(new Series("", exact.Select(i => x[i]), exact.Select(i => floors[i]))
                {
                    Color = Palette.At(c),
                    LineStyle = LineStyle.Dashed,
                });
            }
        }

        if (lines.Count == 0)
        {
            throw new PlotException($"{path} has no value of {cells.Quantity} to draw");
        }

        double[] all = [.. lines.SelectMany(line => line.Y)];
        bool isWide = x.Min() > 0 && x.Max() / x.Min() >= WideX;
        string caption = $"{SweepMap.Label(cells.Quantity)} against {cells.X}."
            + (hasSeeds ? " Band: the mean ± its standard error over seeds." : "")
            + (hasFloors ? " Dashed: the least exact loss." : "");
        return new Plot(
            new LineFigure(
                "",
                new Axis(cells.X, isWide ? AxisScale.Logarithmic : AxisScale.Linear),
                new Axis(SweepMap.Label(cells.Quantity), all.Min() > 0 ? AxisScale.Logarithmic : AxisScale.Linear),
                lines)
            {
                Note = caption,
                Size = new FigureSize(FigureSize.Column.Width, FigureSize.Column.Height + (18 * Math.Max(0, curves.Length - 4))),
            },
            caption,
            numbers,
            [],
            [.. cells.Missing.Select(missing => $"left out: {missing}")]);
    }
}
