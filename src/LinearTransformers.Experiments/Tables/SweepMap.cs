using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Experiments.Tables;

/// <summary>A quantity of a sweep over two settings, as a map.</summary>
internal static class SweepMap
{
    /// <summary>Where excess loss is drawn as a line: twice the floor.</summary>
    private const double LevelOfExcess = 2;

    public static Plot Draw(TidyTable table, TableOptions options)
    {
        SweepCells cells = SweepCells.Of(table, options, ["excess", "loss"], needsBy: true);
        string[] xs = cells.XValues;
        string[] ys = cells.ByValues;
        double[,] values = new double[ys.Length, xs.Length];
        PlotTable numbers = new(cells.X, cells.By!, "mean", "standardError", "runs");
        for (int row = 0; row < ys.Length; row++)
        {
            for (int column = 0; column < xs.Length; column++)
            {
                (double mean, double error, int count) = cells.At(xs[column], ys[row]);
                values[row, column] = mean;
                numbers.Add(xs[column], ys[row], mean, error, count);
            }
        }

        double[] known = [.. values.Cast<double>().Where(double.IsFinite)];
        if (known.Length == 0)
        {
            throw new PlotException($"{table.Path} has no value of {cells.Quantity} to draw");
        }

        double? level = cells.Quantity == "excess" ? LevelOfExcess : null;
        string caption = $"{Label(cells.Quantity)}, the mean over seeds."
            + (level is null || !(known.Min() < level && known.Max() >= level) ? "" : " Line: twice the least exact loss.")
            + (known.Length < values.Length ? " Grey: no value." : "");
        return new Plot(
            new MapFigure(
                "", cells.X, xs, cells.By!, ys,
                new Axis(Label(cells.Quantity), known.Min() > 0 ? AxisScale.Logarithmic : AxisScale.Linear), values)
            {
                Level = level,
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
}
