using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>
/// A quantity over two settings: a cell for each pair of their values, coloured by the quantity, with its number where it fits, and a
/// bar that says what the colours stand for.
/// </summary>
public sealed record MapFigure : Figure
{
    private readonly double[,] _values;

    /// <param name="title">Above it; may be empty.</param>
    /// <param name="xLabel">The setting along the horizontal axis.</param>
    /// <param name="columns">Its values, from left to right.</param>
    /// <param name="yLabel">The setting along the vertical axis.</param>
    /// <param name="rows">Its values, from the bottom up.</param>
    /// <param name="value">The quantity, and the scale of its colours.</param>
    /// <param name="values">Its values, [rows, columns]; what is not finite, or has no place on the scale, is left grey.</param>
    /// <exception cref="ArgumentException">There are no cells, or the sizes do not fit.</exception>
    public MapFigure(
        string title,
        string xLabel,
        IReadOnlyList<string> columns,
        string yLabel,
        IReadOnlyList<string> rows,
        Axis value,
        double[,] values)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(value);
        ArgumentNullException.ThrowIfNull(values);
        if (values.Length == 0 || values.GetLength(0) != rows.Count || values.GetLength(1) != columns.Count)
        {
            throw new ArgumentException(
                $"{values.GetLength(0)} × {values.GetLength(1)} values do not fit {rows.Count} rows and {columns.Count} columns",
                nameof(values));
        }

        (XLabel, YLabel, Value) = (xLabel, yLabel, value);
        (Columns, Rows, _values) = ([.. columns], [.. rows], (double[,])values.Clone());
    }

    /// <summary>The setting along the horizontal axis.</summary>
    public string XLabel { get; }

    /// <summary>Its values, from left to right.</summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>The setting along the vertical axis.</summary>
    public string YLabel { get; }

    /// <summary>Its values, from the bottom up.</summary>
    public ImmutableArray<string> Rows { get; }

    /// <summary>The quantity, and the scale of its colours.</summary>
    public Axis Value { get; }

    /// <summary>
    /// What stands in cells without a value; in one that has a value, a corner says that something is missing behind it.
    /// </summary>
    public IReadOnlyDictionary<(int Row, int Column), MapMark> Marks { get; init; } = ImmutableDictionary<(int, int), MapMark>.Empty;

    /// <summary>Cells that are no part of the map, and are left white.</summary>
    public IReadOnlySet<(int Row, int Column)> Absent { get; init; } = ImmutableHashSet<(int, int)>.Empty;

    /// <summary>A level whose crossings are drawn as a line between cells; null for none.</summary>
    public double? Level { get; init; }

    /// <summary>A value.</summary>
    public double this[int row, int column] => _values[row, column];
}
