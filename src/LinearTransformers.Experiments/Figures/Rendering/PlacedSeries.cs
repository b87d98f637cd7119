namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>A point in axis positions.</summary>
internal readonly record struct AxisPoint(double X, double Y);

/// <summary>The band above one abscissa, in axis positions; <see cref="Lower"/> is −∞ where it goes through the bottom.</summary>
internal readonly record struct BandPoint(double X, double Lower, double Upper);

/// <summary>A series in axis positions: broken where a value has no place, with those values counted.</summary>
internal sealed class PlacedSeries
{
    private PlacedSeries(Series series, FigureColor color)
    {
        Series = series;
        Color = color;
    }

    public Series Series { get; }

    public FigureColor Color { get; }

    /// <summary>Unbroken parts of the line, none empty.</summary>
    public List<List<AxisPoint>> Segments { get; } = [];

    /// <summary>Unbroken parts of the band, none empty.</summary>
    public List<List<BandPoint>> BandSegments { get; } = [];

    /// <summary>Points of which the line, the band or both had no place.</summary>
    public int LeftOut { get; private set; }

    public static PlacedSeries Place(Series series, FigureColor color, AxisTransform x, AxisTransform y)
    {
        PlacedSeries placed = new(series, color);
        bool lineIsBroken = true;
        bool bandIsBroken = true;
        for (int i = 0; i < series.X.Length; i++)
        {
            AxisPoint point = new(x.Place(series.X[i]), y.Place(series.Y[i]));
            bool hasPoint = !double.IsNaN(point.X + point.Y);
            if (hasPoint)
                Append(placed.Segments, point, lineIsBroken);

            bool hasBand = true;
            if (series.Band is { } band)
            {
                BandPoint edge = new(point.X, y.PlaceLowerEdge(band.Lower[i]), y.Place(band.Upper[i]));
                hasBand = !double.IsNaN(edge.X + edge.Lower + edge.Upper);
                if (hasBand)
                    Append(placed.BandSegments, edge, bandIsBroken);
            }

            lineIsBroken = !hasPoint;
            bandIsBroken = !hasBand;
            if (!hasPoint || !hasBand)
                placed.LeftOut++;
        }

        return placed;
    }

    /// <summary>The positions along the horizontal axis that should be in sight.</summary>
    public IEnumerable<double> HorizontalPositions() =>
        Segments.SelectMany(s => s.Select(p => p.X)).Concat(BandSegments.SelectMany(s => s.Select(p => p.X)));

    /// <summary>The positions along the vertical axis that should be in sight; the band reaches down only so far.</summary>
    public IEnumerable<double> VerticalPositions(double bandReach)
    {
        List<double> line = Segments.SelectMany(s => s.Select(p => p.Y)).ToList();
        double floor = line.Count == 0 ? double.NegativeInfinity : line.Min() - bandReach;
        IEnumerable<double> edges = BandSegments.SelectMany(s => s.SelectMany(p => new[] { Math.Max(p.Lower, floor), p.Upper }));
        return line.Concat(edges.Where(double.IsFinite));
    }

    private static void Append<T>(List<List<T>> segments, T point, bool startNew)
    {
        if (startNew)
            segments.Add([]);
        segments[^1].Add(point);
    }
}
