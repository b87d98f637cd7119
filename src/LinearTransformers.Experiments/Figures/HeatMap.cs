using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>A square matrix with its name above it.</summary>
public sealed record HeatMap
{
    /// <exception cref="ArgumentException">The matrix is not square, or has no entries.</exception>
    public HeatMap(string title, double[,] matrix)
        : this(title, matrix.GetLength(0), matrix.GetLength(1), matrix.Cast<double>())
    {
    }

    /// <param name="title">The name of the matrix.</param>
    /// <param name="entries">Row by row, as many as the square of a dimension.</param>
    /// <exception cref="ArgumentException">The number of entries is not a square, or zero.</exception>
    public static HeatMap FromRows(string title, ReadOnlySpan<double> entries)
    {
        int dimension = (int)Math.Round(Math.Sqrt(entries.Length));
        if (dimension * dimension != entries.Length)
            throw new ArgumentException(
                $"The matrix \"{title}\" has {entries.Length} entries, which do not make a square.", nameof(entries));

        return new HeatMap(title, dimension, dimension, entries.ToArray());
    }

    private HeatMap(string title, int rows, int columns, IEnumerable<double> entries)
    {
        ArgumentNullException.ThrowIfNull(title);
        if (rows != columns || rows == 0)
            throw new ArgumentException(
                $"The matrix \"{title}\" is {rows}×{columns}; it needs to be square and not empty.", nameof(entries));

        Title = title;
        Dimension = rows;
        Entries = [.. entries];
    }

    public string Title { get; }

    public int Dimension { get; }

    /// <summary>Row by row.</summary>
    public ImmutableArray<double> Entries { get; }

    public double this[int row, int column] => Entries[row * Dimension + column];

    /// <summary>Of the finite entries; 0 where there are none.</summary>
    internal double LargestMagnitude => Entries.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
}
