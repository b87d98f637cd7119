namespace LinearTransformers.Experiments.Figures;

/// <summary>A horizontal line with its name written on it: an exact value, a published one.</summary>
public sealed record ReferenceLine
{
    /// <param name="label">Written on the line; may be empty.</param>
    /// <param name="value">Where it stands on the vertical axis.</param>
    /// <exception cref="ArgumentException">The value is not finite.</exception>
    public ReferenceLine(string label, double value)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (!double.IsFinite(value))
            throw new ArgumentException($"The reference line \"{label}\" stands at {value}; it needs a finite value.", nameof(value));

        Label = label;
        Value = value;
    }

    public string Label { get; }

    public double Value { get; }

    public FigureColor Color { get; init; } = FigureColor.Gray;

    public LineStyle LineStyle { get; init; } = LineStyle.Dashed;
}
