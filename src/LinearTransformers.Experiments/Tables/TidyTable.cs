using System.Globalization;
using System.Text;
using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Experiments.Tables;

/// <summary>A table with an observation a row, read from CSV: a line of names, then rows; what is missing is empty.</summary>
public sealed class TidyTable
{
    private readonly List<string[]> _rows = [];

    private TidyTable(string path, IReadOnlyList<string> names) => (Path, Names) = (path, names);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The rows, a cell for each column.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>The numbers of a figure or an evaluation.</summary>
    /// <param name="table">They.</param>
    /// <param name="name">What they are called in messages.</param>
    public static TidyTable Of(PlotTable table, string name)
    {
        ArgumentNullException.ThrowIfNull(table);
        TidyTable tidy = new(name, table.Names);
        tidy._rows.AddRange(table.Rows.Select(row => row.ToArray()));
        return tidy;
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="PlotException">It cannot be read, or is no such table.</exception>
    public static TidyTable Read(string path)
    {
        // Of a sweep, the table in its folder.
        if (Directory.Exists(path))
        {
            path = System.IO.Path.Combine(path, "table.csv");
        }

        string text;
        try
        {
            text = File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PlotException($"{path} cannot be read ({exception.Message.TrimEnd('.')}): it must be a table as CSV");
        }

        List<string[]> lines = [.. Lines(text)];
        if (lines.Count < 2)
        {
            throw new PlotException($"{path} holds no rows: it must be a table as CSV, a line of names and lines of values");
        }

        TidyTable table = new(path, lines[0]);
        for (int i = 1; i < lines.Count; i++)
        {
            table._rows.Add(lines[i].Length == lines[0].Length
                ? lines[i]
                : throw new PlotException($"{path}: row {i} has {lines[i].Length} cells and the first line {lines[0].Length} names"));
        }

        return table;
    }

    /// <summary>Whether there is a column of a name.</summary>
    public bool Has(string name) => Names.Contains(name);

    /// <summary>A cell as text.</summary>
    public string Text(IReadOnlyList<string> row, string name)
    {
        ArgumentNullException.ThrowIfNull(row);
        int column = Names.ToList().IndexOf(name);
        return column < 0 ? "" : row[column];
    }

    /// <summary>A cell as a number; null where it is empty or none.</summary>
    public double? Number(IReadOnlyList<string> row, string name)
        => double.TryParse(Text(row, name), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    /// <summary>Cells by RFC 4180: quotes around cells that have commas, doubled within.</summary>
    private static IEnumerable<string[]> Lines(string text)
    {
        List<string> cells = [];
        StringBuilder cell = new();
        bool isQuoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (isQuoted)
            {
                if (c != '"')
                {
                    cell.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    cell.Append('"');
                    i++;
                }
                else
                {
                    isQuoted = false;
                }

                continue;
            }

            switch (c)
            {
                case '"':
                    isQuoted = true;
                    break;
                case ',':
                    cells.Add(cell.ToString());
                    cell.Clear();
                    break;
                case '\r' or '\uFEFF':
                    break;
                case '\n':
                    cells.Add(cell.ToString());
                    cell.Clear();
                    yield return [.. cells];
                    cells.Clear();
                    break;
                default:
                    cell.Append(c);
                    break;
            }
        }

        if (cells.Count > 0 || cell.Length > 0)
        {
            cells.Add(cell.ToString());
            yield return [.. cells];
        }
    }
}
