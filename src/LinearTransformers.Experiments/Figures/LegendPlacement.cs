namespace LinearTransformers.Experiments.Figures;

/// <summary>Where the legend stands.</summary>
public enum LegendPlacement
{
    /// <summary>Inside, where it covers no data; below the axes where there is no such place.</summary>
    Automatic,
    UpperRight,
    UpperLeft,
    LowerLeft,
    LowerRight,

    /// <summary>Below the axes.</summary>
    Below,

    None,
}
