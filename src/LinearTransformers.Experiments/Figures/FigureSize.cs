namespace LinearTransformers.Experiments.Figures;

/// <summary>
/// Width and height of a figure in drawing units, half a point (1/144 inch) each: the PDF and SVG are as large as they
/// should be on paper, and a PNG at two pixels a unit has 288 pixels an inch there.
/// </summary>
public readonly record struct FigureSize(int Width, int Height)
{
    /// <summary>Drawing units in a typographical point.</summary>
    public const int UnitsPerPoint = 2;

    /// <summary>8.5 cm wide: one column of a paper.</summary>
    public static FigureSize Column { get; } = new(482, 330);

    /// <summary>17.4 cm wide: both columns of a paper.</summary>
    public static FigureSize Page { get; } = new(986, 420);
}
