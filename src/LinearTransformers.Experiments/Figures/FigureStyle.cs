namespace LinearTransformers.Experiments.Figures;

/// <summary>
/// Sizes shared by everything in a figure, in drawing units (half points, see <see cref="FigureSize"/>).
/// The typeface is one and the same everywhere: the subset of DejaVu Sans Condensed embedded in this assembly.
/// </summary>
public sealed record FigureStyle
{
    /// <summary>The defaults: 8-point labels and 7-point ticks at the width of a paper's column.</summary>
    public static FigureStyle Paper { get; } = new();

    public float TitleFontSize { get; init; } = 17;

    public float LabelFontSize { get; init; } = 16;

    public float TickFontSize { get; init; } = 14;

    public float LegendFontSize { get; init; } = 14;

    public float NoteFontSize { get; init; } = 12;

    /// <summary>Of the values printed in the cells of a heat map.</summary>
    public float CellFontSize { get; init; } = 12;

    public float LineWidth { get; init; } = 2;

    public float FrameWidth { get; init; } = 1;

    public float MarkerSize { get; init; } = 7;

    /// <summary>Of a band around a line, from 0 to 1.</summary>
    public double BandOpacity { get; init; } = 0.22;

    /// <summary>White space around the whole figure.</summary>
    public float Margin { get; init; } = 6;
}
