namespace LinearTransformers.Experiments.Figures;

/// <summary>Which entry the strongest colour of a heat map stands for.</summary>
public enum HeatMapScale
{
    /// <summary>In each matrix, its own largest absolute entry: shows the shape of small and large matrices alike.</summary>
    PerMatrix,

    /// <summary>In all matrices, the largest absolute entry of any: shows which matrices are large.</summary>
    Shared,
}
