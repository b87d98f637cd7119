using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>A line through points, in the order given, with a name in the legend.</summary>
public sealed record Series
{
    /// <param name="name">The entry in the legend; empty for none.</param>
    /// <param name="x">Abscissas.</param>
    /// <param name="y">Ordinates, as many. Values with no place on their axis are left out, and the figure says how many.</param>
    /// <exception cref="ArgumentException">There are no points, or x and y differ in length.</exception>
    public Series(string name, IEnumerable<double> x, IEnumerable<double> y)
    {
        ArgumentNullException.ThrowIfNull(name);
        Name = name;
        X = [.. x];
        Y = [.. y];
        if (X.Length != Y.Length)
            throw new ArgumentException(
                $"Series \"{name}\" has {X.Length} x values but {Y.Length} y values; it needs as many of each.", nameof(y));
        if (X.IsEmpty)
            throw new ArgumentException($"Series \"{name}\" is empty; it needs at least one point.", nameof(x));
    }

    public string Name { get; }

    public ImmutableArray<double> X { get; }

    public ImmutableArray<double> Y { get; }

    /// <summary>Drawn around the line; as long as the series.</summary>
    public Band? Band
    {
        get;
        init
        {
            if (value is not null && value.Lower.Length != X.Length)
                throw new ArgumentException(
                    $"Series \"{Name}\" has {X.Length} points but its band has {value.Lower.Length}; it needs as many.", nameof(Band));

            field = value;
        }
    }

    /// <summary>Null takes the next colour of <see cref="Palette"/>.</summary>
    public FigureColor? Color { get; init; }

    public LineStyle LineStyle { get; init; } = LineStyle.Solid;

    public Marker Marker { get; init; } = Marker.None;
}
