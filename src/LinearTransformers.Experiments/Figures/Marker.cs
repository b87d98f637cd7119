namespace LinearTransformers.Experiments.Figures;

/// <summary>The sign at every point of a series.</summary>
public enum Marker
{
    None,
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
}
