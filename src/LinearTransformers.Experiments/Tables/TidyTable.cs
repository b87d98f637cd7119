using System.Globalization;
using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Experiments.Tables;

/// <summary>A table with an observation a row, read from CSV: a line of names, then rows; what is missing is empty.</summary>
public sealed class TidyTable
{
    private readonly Dictionary<string, int> _columns = [];

    private TidyTable(string path, IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        (Path, Names, Rows) = (path, names, rows);
        for (int i = 0; i < names.Count; i++)
        {
            // Of two columns with one name, the first.
            _columns.TryAdd(names[i], i);
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The rows, a cell for each column.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <summary>The numbers of a figure or an evaluation.</summary>
    /// <param name="table">They.</param>
    /// <param name="name">What they are called in messages.</param>
    public static TidyTable Of(PlotTable table, string name)
    {
        ArgumentNullException.ThrowIfNull(table);
        return new TidyTable(name, table.Names, table.Rows);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="PlotException">It cannot be read, or is no such table.</exception>
    public static TidyTable Read(string path)
    {
        if (Directory.Exists(path))
        {
            string table = System.IO.Path.Combine(path, "table.csv");
            path = File.Exists(table) ? table
                : throw new PlotException($"{path} holds no table.csv: it must be a sweep's folder, or a table as CSV");
        }

        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new PlotException($"there is no file {path}: it must be a table as CSV, or a sweep's folder");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PlotException($"{path} cannot be read ({exception.Message.TrimEnd('.')}): it must be a table as CSV");
        }

        IReadOnlyList<IReadOnlyList<string>> lines = CommaSeparated.Read(text);
        if (lines.Count < 2)
        {
            throw new PlotException($"{path} holds no rows: it must be a table as CSV, a line of names and lines of values");
        }

        for (int i = 1; i < lines.Count; i++)
        {
            if (lines[i].Count != lines[0].Count)
            {
                throw new PlotException($"{path}: row {i} has {lines[i].Count} cells and the first line {lines[0].Count} names");
            }
        }

        return new TidyTable(path, lines[0], [.. lines.Skip(1)]);
    }

    /// <summary>Whether there is a column of a name.</summary>
    public bool Has(string name) => _columns.ContainsKey(name);

    /// <summary>A cell as text.</summary>
    public string Text(IReadOnlyList<string> row, string name)
    {
        ArgumentNullException.ThrowIfNull(row);
        return _columns.TryGetValue(name, out int column) ? row[column] : "";
    }

    /// <summary>A cell as a number; null where it is empty or none.</summary>
    public double? Number(IReadOnlyList<string> row, string name)
        => double.TryParse(Text(row, name), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
}
