using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Experiments.Tables;

/// <summary>A quantity of a sweep over two settings, as a map.</summary>
internal static class SweepMap
{
    /// <summary>The quantities, of which the first one that a sweep has is shown.</summary>
    public static readonly string[] Usual = ["excess", "loss"];

    /// <summary>Where excess loss is drawn as a line: twice the floor.</summary>
    private const double LevelOfExcess = 2;

    public static Plot Draw(TidyTable table, TableOptions options)
    {
        SweepCells cells = SweepCells.Of(table, options, Usual, needsBy: true);
        return cells.Means().Any()
            ? Draw(cells, null)
            : throw new PlotException($"{table.Path} has no value of {cells.Quantity} to draw");
    }

    /// <summary>The map of some cells, all of them grey where none has a value.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="ends">What the ends of the colours stand for, where other maps have the same; null for these cells' own.</param>
    public static Plot Draw(SweepCells cells, (double Low, double High)? ends)
    {
        string[] xs = cells.XValues;
        string[] ys = cells.ByValues;
        double[,] values = new double[ys.Length, xs.Length];
        Dictionary<(int, int), MapMark> marks = [];
        HashSet<(int, int)> absent = [];
        PlotTable numbers = new(cells.X, cells.By!, "mean", "standardError", "runs");
        for (int row = 0; row < ys.Length; row++)
        {
            for (int column = 0; column < xs.Length; column++)
            {
                (double mean, double error, int count) = cells.At(xs[column], ys[row]);
                values[row, column] = mean;
                numbers.Add(xs[column], ys[row], mean, error, count);
                if (!cells.Rows(xs[column], ys[row]).Any())
                {
                    absent.Add((row, column));
                }
                else if (cells.MarkOf(xs[column], ys[row]) is { } mark)
                {
                    marks.Add((row, column), mark);
                }
            }
        }

        double[] known = [.. cells.Means()];
        (double low, double high) = ends ?? (known.DefaultIfEmpty(1).Min(), known.DefaultIfEmpty(1).Max());
        double? level = cells.Quantity == "excess" ? LevelOfExcess : null;
        bool hasLine = known.Any(value => value < level) && known.Any(value => value >= level);
        string caption = $"{Label(cells.Quantity)}, the mean over seeds." + (hasLine ? " Line: twice the least exact loss." : "")
            + Signs(values, marks, absent);
        bool isOwn = ends is null || low == high;
        Axis axis = new(Label(cells.Quantity), low > 0 ? AxisScale.Logarithmic : AxisScale.Linear)
        {
            Minimum = isOwn ? null : low,
            Maximum = isOwn ? null : high,
        };
        return new Plot(
            new MapFigure("", cells.X, xs, cells.By!, ys, axis, values)
            {
                Level = level,
                Marks = marks,
                Absent = absent,
                Note = caption,
            },
            caption,
            numbers,
            [],
            [.. cells.Missing.Select(missing => $"left out: {missing}")]);
    }

    /// <summary>A quantity in words.</summary>
    public static string Label(string quantity) => quantity switch
    {
        "loss" => "Test loss",
        "leastLoss" => "Least test loss",
        "excess" => "Loss / exact floor",
        "floor" => "Least exact loss",
        "seconds" => "Seconds",
        _ => quantity,
    };

    /// <summary>What cells without a number say, and corners.</summary>
    private static string Signs(double[,] values, Dictionary<(int Row, int Column), MapMark> marks, HashSet<(int, int)> absent)
    {
        int empty = values.Cast<double>().Count(value => !double.IsFinite(value)) - absent.Count;
        ILookup<bool, MapMark> byValue = marks.ToLookup(
            pair => double.IsFinite(values[pair.Key.Row, pair.Key.Column]), pair => pair.Value);
        string signs = string.Join(", ", byValue[false].Distinct().GroupBy(mark => mark.Sign)
            .Select(group => $"{group.Key} {string.Join(" or ", group.Select(mark => mark.Words))}"));
        string corner = string.Join(" or ", byValue[true].Select(mark => mark.Words).Distinct());
        return (empty > 0 ? $" Grey: no value{(signs.Length > 0 ? $", {signs}" : "")}." : "")
            + (corner.Length > 0 ? $" Corner: others of the cell's runs {corner}." : "")
            + (absent.Count > 0 ? " White: not in the sweep." : "");
    }
}
