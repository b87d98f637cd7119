namespace LinearTransformers.Experiments.Figures;

/// <summary>How values become positions along an axis.</summary>
public enum AxisScale
{
    Linear,

    /// <summary>Base 10. Zero, negative and non-finite values have no place on it: they are left out and counted.</summary>
    Logarithmic,
}
