namespace LinearTransformers.Experiments.Plots;

/// <summary>In which coordinates the matrices of a run with a rotated covariance Σ = U D² Uᵀ are shown.</summary>
public enum MatrixBasis
{
    /// <summary>Those in which covariates are standard normal: every A as D Uᵀ A U D, every B as it is, as in paper [1].</summary>
    Whitened,

    /// <summary>Those of the covariates: every matrix as it is.</summary>
    Original,
}
