using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;

namespace LinearTransformers.Experiments.Plots;

/// <summary>A quantity along a group of runs, with what is drawn, written and said of it.</summary>
/// <param name="Name">In tables and numbers.</param>
/// <param name="Title">In the legend.</param>
/// <param name="Iterations">Where it was measured.</param>
/// <param name="Points">What it was there.</param>
internal sealed record GroupCurve(string Name, string Title, int[] Iterations, SeedPoint[] Points)
{
    /// <summary>The table's columns; the last only where losses have an error that comes from prompts.</summary>
    public static PlotTable Table(IEnumerable<GroupCurve> curves, bool withPrompts)
    {
        string[] names = ["iteration", "curve", "mean", "standardDeviation", "standardError", "seeds"];
        PlotTable table = withPrompts ? new([.. names, "promptStandardError"]) : new(names);
        foreach (GroupCurve curve in curves)
        {
            for (int i = 0; i < curve.Points.Length; i++)
            {
                SeedPoint point = curve.Points[i];
                object[] cells = [curve.Iterations[i], curve.Name, point.Mean, point.Deviation, point.Error, point.Count];
                table.Add(withPrompts ? [.. cells, point.PromptError] : cells);
            }
        }

        return table;
    }

    /// <summary>Whether there is anything of it to draw.</summary>
    public bool CanBeDrawn(AxisScale scale = AxisScale.Logarithmic) => Points.Any(point => point.HasPlaceOn(scale));

    /// <summary>The line with its bands.</summary>
    public IEnumerable<Series> Series(FigureColor color, LineStyle style, params IReadOnlyList<Func<SeedPoint, double>> halfWidths)
        => SeedCurve.Of(Title, Iterations, Points, color, style, halfWidths);
}
