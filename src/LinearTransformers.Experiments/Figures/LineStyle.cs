namespace LinearTransformers.Experiments.Figures;

/// <summary>How the line through a series is drawn.</summary>
public enum LineStyle
{
    Solid,
    Dashed,
    Dotted,
    DashDotted,

    /// <summary>No line: markers alone.</summary>
    None,
}
