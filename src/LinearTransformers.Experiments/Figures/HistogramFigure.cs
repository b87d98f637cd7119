namespace LinearTransformers.Experiments.Figures;

/// <summary>A histogram, with room for a small line figure in its upper right corner: a Q–Q plot, the tail.</summary>
public sealed record HistogramFigure : Figure
{
    public HistogramFigure(string title, string valueLabel, Histogram histogram)
        : base(title)
    {
        ArgumentNullException.ThrowIfNull(valueLabel);
        ArgumentNullException.ThrowIfNull(histogram);
        ValueLabel = valueLabel;
        Histogram = histogram;
    }

    /// <summary>What the values are.</summary>
    public string ValueLabel { get; }

    public Histogram Histogram { get; }

    /// <summary>Drawn without a legend; its size is the room it takes.</summary>
    public LineFigure? Inset { get; init; }

    public FigureColor Color { get; init; } = Palette.Blue;

    public FigureSize Size { get; init; } = FigureSize.Column;
}
