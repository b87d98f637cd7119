namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>An interval of positions along an axis: values on a linear one, their logarithms to base 10 on a logarithmic one.</summary>
internal readonly record struct AxisRange(double Low, double High)
{
    public double Length => High - Low;

    /// <summary>The smallest range with all the given positions in it; null where there are none.</summary>
    public static AxisRange? Of(IEnumerable<double> positions)
    {
        AxisRange? range = null;
        foreach (double position in positions)
        {
            range = range is { } r
                ? new AxisRange(Math.Min(r.Low, position), Math.Max(r.High, position))
                : new AxisRange(position, position);
        }

        return range;
    }

    public AxisRange Union(AxisRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    /// <summary>Longer at both ends by a fraction of its length.</summary>
    public AxisRange Widen(double fraction) => new(Low - fraction * Length, High + fraction * Length);

    public bool Contains(double position) => position >= Low - 1e-9 * Length && position <= High + 1e-9 * Length;
}
