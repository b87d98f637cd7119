using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Figures.Output;
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
    public static void WriteTable(PlotTable table, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        AtomicFile.WriteAllText(path, table.ToCsv());
    }
}
