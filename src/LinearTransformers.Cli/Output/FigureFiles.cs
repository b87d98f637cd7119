using System.Globalization;
using System.Text;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Plots;
using LinearTransformers.Storage;

namespace LinearTransformers.Cli.Output;

/// <summary>Writes figures of runs, and the numbers behind them.</summary>
internal static class FigureFiles
{
    private static readonly string[] Formats = [".png", ".svg", ".pdf"];

    /// <summary>Whether a path ends as one format of a figure does.</summary>
    public static bool HasFormat(string path) => Formats.Contains(Path.GetExtension(path));

    /// <summary>In the format of the path's ending, or in all of them where it has none of theirs.</summary>
    public static IReadOnlyList<string> Save(Figure figure, string path)
    {
        if (!HasFormat(path))
        {
            return FigureWriter.Save(figure, path);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.WriteAllBytes(path, Path.GetExtension(path) switch
        {
            ".png" => FigureWriter.ToPng(figure),
            ".svg" => FigureWriter.ToSvg(figure),
            _ => FigureWriter.ToPdf(figure),
        });
        return [path];
    }

    /// <summary>A line of names, then a line for each row; what is missing is empty.</summary>
    public static void WriteTable(Plot plot, string path)
    {
        StringBuilder text = new();
        text.AppendJoin(',', plot.Columns.Select(column => column.Name.Contains(',', StringComparison.Ordinal) ? $"\"{column.Name}\"" : column.Name)).Append('\n');
        for (int row = 0; row < plot.Columns[0].Values.Count; row++)
        {
            text.AppendJoin(',', plot.Columns.Select(column => double.IsNaN(column.Values[row]) ? "" : column.Values[row].ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.WriteAllText(path, text.ToString());
    }
}
