using System.Globalization;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Storage;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>The table of a sweep, <c>table.csv</c>: a row a run, in the order of the points.</summary>
/// <remarks>
/// <code>
/// run            its folder, below that of the sweep
/// status         finished, diverged, failed, damaged, running, unfinished or new
/// …              the settings that vary, under their options' names
/// loss           test loss of the last parameters on fresh prompts, as lintf plot loss scores them
/// standardError  of that, over the prompts
/// leastLoss      the least test loss of the parameters that were kept along the run, the last ones among them
/// floor          the least exact loss that theory has for the settings
/// excess         loss / floor
/// seconds        spent on training
/// </code>
/// What is not known is empty. Numbers come back as they were. All but seconds depends on the settings alone.
/// </remarks>
public static class SweepTable
{
    /// <summary>Its rows.</summary>
    /// <param name="names">The settings that vary.</param>
    /// <param name="rows">The runs.</param>
    public static PlotTable Of(IReadOnlyList<string> names, IReadOnlyList<SweepRow> rows)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(rows);
        PlotTable table = new(["run", "status", .. names, "loss", "standardError", "leastLoss", "floor", "excess", "seconds"]);
        foreach (SweepRow row in rows)
        {
            table.Add(
            [
                SweepFolder.NameOf(row.Point), row.Status, .. row.Point.Values,
                CommaSeparated.Number(row.Score?.Loss ?? double.NaN),
                CommaSeparated.Number(row.Score?.StandardError ?? double.NaN),
                CommaSeparated.Number(row.Score?.LeastLoss ?? double.NaN),
                CommaSeparated.Number(row.Score?.Floor ?? double.NaN),
                CommaSeparated.Number(row.Score?.Excess ?? double.NaN),
                double.IsNaN(row.Seconds) ? "" : row.Seconds.ToString("0.000", CultureInfo.InvariantCulture),
            ]);
        }

        return table;
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public static void Write(string path, IReadOnlyList<string> names, IReadOnlyList<SweepRow> rows)
        => AtomicFile.WriteAllText(path, Of(names, rows).ToCsv());
}
