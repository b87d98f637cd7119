using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>Points coloured by a third value, for example by iteration, with a colour bar at the right.</summary>
public sealed record ScatterFigure : Figure
{
    /// <param name="title">Above the figure; may be empty.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="points">Points with no place on the axes, and those whose value is not finite, are left out and counted.</param>
    /// <param name="valueLabel">What the colour stands for.</param>
    /// <exception cref="ArgumentException">There are no points.</exception>
    public ScatterFigure(string title, Axis x, Axis y, IEnumerable<ScatterPoint> points, string valueLabel)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        ArgumentNullException.ThrowIfNull(valueLabel);
        X = x;
        Y = y;
        Points = [.. points];
        ValueLabel = valueLabel;
        if (Points.IsEmpty)
            throw new ArgumentException($"The figure \"{title}\" has no points; it needs at least one.", nameof(points));
    }

    public Axis X { get; }

    public Axis Y { get; }

    /// <summary>Drawn in this order, the last one on top.</summary>
    public ImmutableArray<ScatterPoint> Points { get; }

    public string ValueLabel { get; }

    public FigureSize Size { get; init; } = FigureSize.Column;
}
