namespace LinearTransformers.Experiments.Figures;

/// <summary>One axis: what it measures, its scale, and its ends where the data should not choose them.</summary>
public sealed record Axis
{
    /// <param name="label">What is measured, and its unit; may be empty.</param>
    /// <param name="scale">Linear or logarithmic.</param>
    public Axis(string label, AxisScale scale = AxisScale.Linear)
    {
        ArgumentNullException.ThrowIfNull(label);
        Label = label;
        Scale = scale;
    }

    public string Label { get; }

    public AxisScale Scale { get; }

    /// <summary>The lower end; null leaves it to the data.</summary>
    public double? Minimum { get; init => field = RequirePlace(value, nameof(Minimum)); }

    /// <summary>The upper end; null leaves it to the data.</summary>
    public double? Maximum { get; init => field = RequirePlace(value, nameof(Maximum)); }

    private double? RequirePlace(double? value, string name)
    {
        if (value is { } end && (!double.IsFinite(end) || (Scale == AxisScale.Logarithmic && end <= 0)))
            throw new ArgumentException($"{name} of the axis \"{Label}\" is {end}, which has no place on a {Scale} axis.", name);

        return value;
    }
}
