namespace LinearTransformers.Experiments.Plots;

/// <summary>What is shown of a Hessian.</summary>
public enum CurvatureKind
{
    /// <summary>The curvature along the step to the next iterate.</summary>
    Step,

    /// <summary>The largest eigenvalue in size.</summary>
    Norm,
}
