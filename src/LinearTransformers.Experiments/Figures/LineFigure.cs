using System.Collections.Immutable;

namespace LinearTransformers.Experiments.Figures;

/// <summary>Lines with bands and horizontal reference lines over a pair of axes: loss curves, distances, sweeps.</summary>
public sealed record LineFigure : Figure
{
    /// <exception cref="ArgumentException">There are no series.</exception>
    public LineFigure(string title, Axis x, Axis y, IEnumerable<Series> series)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        X = x;
        Y = y;
        Series = [.. series];
        if (Series.IsEmpty)
            throw new ArgumentException($"The figure \"{title}\" has no series; it needs at least one.", nameof(series));
    }

    public Axis X { get; }

    public Axis Y { get; }

    /// <summary>Drawn in this order, the first one lowest.</summary>
    public ImmutableArray<Series> Series { get; }

    /// <summary>On a logarithmic axis every value must be positive.</summary>
    public ImmutableArray<ReferenceLine> ReferenceLines
    {
        get;
        init
        {
            foreach (ReferenceLine line in value)
            {
                if (Y.Scale == AxisScale.Logarithmic && line.Value <= 0)
                    throw new ArgumentException(
                        $"The reference line \"{line.Label}\" stands at {line.Value}, which has no place on a logarithmic axis.",
                            nameof(ReferenceLines));
            }

            field = value;
        }
    } = [];

    public LegendPlacement Legend { get; init; } = LegendPlacement.Automatic;

    public FigureSize Size { get; init; } = FigureSize.Column;

    internal bool HasLogarithmicAxis => X.Scale == AxisScale.Logarithmic || Y.Scale == AxisScale.Logarithmic;
}
