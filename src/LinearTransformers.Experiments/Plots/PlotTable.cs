using System.Globalization;
using System.Text;

namespace LinearTransformers.Experiments.Plots;

/// <summary>The numbers behind a figure, an observation a row.</summary>
/// <param name="names">What is in each column.</param>
public sealed class PlotTable(params string[] names)
{
    private readonly List<IReadOnlyList<string>> _rows = [];

    /// <summary>What is in each column.</summary>
    public IReadOnlyList<string> Names { get; } = names;

    /// <summary>The rows, a cell for each column: numbers round-trip, what is missing is empty.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>As comma-separated values (RFC 4180): a line of names, then a line for each row.</summary>
    public string ToCsv()
    {
        StringBuilder text = new();
        foreach (IReadOnlyList<string> row in Rows.Prepend(Names))
        {
            CommaSeparated.AppendLine(text, row);
        }

        return text.ToString();
    }

    /// <summary>Adds a row of numbers and names; a number that is NaN is missing.</summary>
    internal void Add(params object[] cells)
    {
        if (cells.Length != Names.Count)
        {
            throw new ArgumentException($"{cells.Length} cells do not fit {Names.Count} columns", nameof(cells));
        }

        _rows.Add([.. cells.Select(cell => cell switch
        {
            double.NaN => "",
            double number => number.ToString("R", CultureInfo.InvariantCulture),
            _ => Convert.ToString(cell, CultureInfo.InvariantCulture)!,
        })]);
    }
}
