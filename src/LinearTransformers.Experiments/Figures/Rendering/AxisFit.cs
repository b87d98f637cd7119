namespace LinearTransformers.Experiments.Figures.Rendering;

/// <summary>Chooses the range of an axis and its ticks.</summary>
internal static class AxisFit
{
    public const double HorizontalMargin = 0.02;

    public const double VerticalMargin = 0.05;

    // In sizes of the tick labels.
    private const float HorizontalTickDistance = 5.6f;

    private const float VerticalTickDistance = 2.4f;

    /// <param name="axis">Its ends, where they are given, go before the data.</param>
    /// <param name="data">The positions to show; null where there are none.</param>
    /// <param name="width">Of the whole figure, in drawing units.</param>
    /// <param name="style">Whose tick labels need room.</param>
    /// <param name="margin">Left free at both ends, as a fraction of the range of the data.</param>
    public static AxisFrame Horizontal(Axis axis, AxisRange? data, float width, FigureStyle style, double margin = HorizontalMargin) =>
        Frame(axis, data, margin, (int)(width * 0.85f / (HorizontalTickDistance * style.TickFontSize)));

    /// <param name="axis">Its ends, where they are given, go before the data.</param>
    /// <param name="data">The positions to show; null where there are none.</param>
    /// <param name="height">Of the whole figure, in drawing units.</param>
    /// <param name="style">Whose tick labels need room.</param>
    /// <param name="margin">Left free at both ends, as a fraction of the range of the data.</param>
    public static AxisFrame Vertical(Axis axis, AxisRange? data, float height, FigureStyle style, double margin = VerticalMargin) =>
        Frame(axis, data, margin, (int)(height * 0.8f / (VerticalTickDistance * style.TickFontSize)));

    private static AxisFrame Frame(Axis axis, AxisRange? data, double margin, int maximumTicks)
    {
        AxisTransform transform = AxisTransform.For(axis.Scale);
        AxisRange range = data ?? transform.EmptyRange;
        if (range.Length == 0)
        {
            double half = transform.HalfLengthAround(range.Low);
            range = new AxisRange(range.Low - half, range.High + half);
        }

        AxisRange wide = range.Widen(margin);
        double low = axis.Minimum is { } minimum ? transform.Place(minimum) : wide.Low;
        double high = axis.Maximum is { } maximum ? transform.Place(maximum) : wide.High;
        if (low >= high)
            throw new ArgumentException(
                $"The axis \"{axis.Label}\" would end at {high}, at or below its beginning {low}; change its Minimum or Maximum.");

        AxisRange fitted = new(low, high);
        return new AxisFrame(axis.Label, fitted, transform.Ticks(fitted, maximumTicks));
    }
}
