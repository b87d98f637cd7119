using System.Globalization;
using System.Text.Json;
using LinearTransformers.Numerics;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>A symmetric positive definite matrix. Two are equal if all their numbers are.</summary>
public sealed class SymmetricMatrix : IEquatable<SymmetricMatrix>, IJsonSetting
{
    /// <summary>How far entries that mirror each other may be apart, relative to the largest.</summary>
    private const double Asymmetry = 1e-6;

    private readonly double[] _entries;
    private readonly double[] _vectors;
    private readonly double[] _values;

    /// <summary>A matrix from its entries.</summary>
    /// <param name="entries">d × d numbers, row by row.</param>
    /// <exception cref="ArgumentException">It is not square, symmetric to a millionth of its largest entry, and positive
    /// definite.</exception>
    public SymmetricMatrix(ReadOnlySpan<double> entries)
    {
        int d = (int)Math.Round(Math.Sqrt(entries.Length));
        if (d == 0 || d * d != entries.Length)
        {
            throw new ArgumentException($"{entries.Length} numbers make no square matrix");
        }

        Dimension = d;
        _entries = [.. entries];
        double largest = 0;
        foreach (double entry in entries)
        {
            largest = double.IsFinite(entry) ? Math.Max(largest, Math.Abs(entry)) : throw new ArgumentException("an entry is not finite");
        }

        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < i; j++)
            {
                double difference = Math.Abs(_entries[(i * d) + j] - _entries[(j * d) + i]);
                if (difference > Asymmetry * largest)
                {
                    throw new ArgumentException($"it is not symmetric: the entries at {i + 1}, {j + 1} and {j + 1}, {i + 1} differ");
                }

                double mean = (_entries[(i * d) + j] + _entries[(j * d) + i]) / 2;
                _entries[(i * d) + j] = _entries[(j * d) + i] = mean;
            }
        }

        // Singular vectors of a positive definite matrix are its eigenvectors. Of any other some are not, or their values are negative.
        _vectors = LeftSingularVectors.Of(_entries, d);
        _values = [.. Enumerable.Range(0, d).Select(Quotient)];
        double least = SymmetricEigenvalues.Of(Square()).Min();
        if (!(least > 0) || !(_values.Min() > 0))
        {
            throw new ArgumentException(FormattableString.Invariant($"it is not positive definite: its least eigenvalue is {least:g3}"));
        }
    }

    /// <summary>d.</summary>
    public int Dimension { get; }

    /// <summary>The entries, row by row.</summary>
    public IReadOnlyList<double> Entries => _entries;

    /// <summary>The eigenvalues, in the order of the <see cref="Eigenvectors"/>: descending.</summary>
    public IReadOnlyList<double> Eigenvalues => _values;

    /// <summary>The eigenvectors, the columns of a d × d matrix, row by row; the largest entry of each is positive.</summary>
    public IReadOnlyList<double> Eigenvectors => _vectors;

    /// <summary>diag(λ1, …, λd).</summary>
    /// <exception cref="ArgumentException">One is not positive and finite.</exception>
    public static SymmetricMatrix Diagonal(IReadOnlyList<double> eigenvalues)
    {
        ArgumentNullException.ThrowIfNull(eigenvalues);
        int d = eigenvalues.Count;
        double[] entries = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            entries[i * (d + 1)] = eigenvalues[i];
        }

        return new SymmetricMatrix(entries);
    }

    /// <summary>Reads a d × d matrix from a file: .npy as NumPy saves it, or .csv with a line for each row.</summary>
    /// <exception cref="FormatException">The file is neither, or what it holds is no such matrix.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SymmetricMatrix Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (double[] entries, int rows, int columns) = path.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)
            ? NumpyFile.ReadMatrix(File.ReadAllBytes(path))
            : ReadLines(File.ReadAllLines(path));
        if (rows != columns)
        {
            throw new FormatException($"it holds {rows} × {columns} numbers, and should hold d × d");
        }

        try
        {
            return new SymmetricMatrix(entries);
        }
        catch (ArgumentException exception)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    /// <inheritdoc/>
    public bool Equals(SymmetricMatrix? other) => other is not null && _entries.AsSpan().SequenceEqual(other._entries);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SymmetricMatrix);

    /// <inheritdoc/>
    public override int GetHashCode() => _entries.Aggregate(Dimension, HashCode.Combine);

    static string IJsonSetting.Requirement => "an array of d × d numbers, row by row, of a symmetric positive definite matrix";

    static object? IJsonSetting.Read(JsonElement json)
    {
        try
        {
            return new SymmetricMatrix([.. json.EnumerateArray().Select(number => number.GetDouble())]);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    void IJsonSetting.Write(Utf8JsonWriter writer) => writer.WriteRawValue(
        "[" + string.Join(',', _entries.Select(entry => entry.ToString("R", CultureInfo.InvariantCulture))) + "]");

    private static (double[] Entries, int Rows, int Columns) ReadLines(string[] lines)
    {
        List<double> entries = [];
        int rows = 0;
        foreach (string line in lines.Where(line => line.Trim().Length > 0))
        {
            foreach (string text in line.Split(','))
            {
                entries.Add(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    ? number
                    : throw new FormatException($"\"{text.Trim()}\" should be a number: a .csv file has d lines of d numbers with commas"));
            }

            rows++;
        }

        return rows > 0 && entries.Count % rows == 0
            ? ([.. entries], rows, entries.Count / rows)
            : throw new FormatException("a .csv file should have d lines of d numbers with commas between them");
    }

    private double[,] Square()
    {
        double[,] square = new double[Dimension, Dimension];
        for (int i = 0; i < _entries.Length; i++)
        {
            square[i / Dimension, i % Dimension] = _entries[i];
        }

        return square;
    }

    /// <summary>uᵀ A u of the eigenvector in a column.</summary>
    private double Quotient(int column)
    {
        double sum = 0;
        for (int i = 0; i < Dimension; i++)
        {
            for (int j = 0; j < Dimension; j++)
            {
                sum += _vectors[(i * Dimension) + column] * _entries[(i * Dimension) + j] * _vectors[(j * Dimension) + column];
            }
        }

        return sum;
    }
}
