namespace LinearTransformers.Optimizers;

/// <summary>How far L-BFGS goes along its direction.</summary>
public enum LineSearch
{
    /// <summary>As far as the learning rate says.</summary>
    None,

    /// <summary>To a point that satisfies the strong Wolfe conditions, searched for from the learning rate on.</summary>
    StrongWolfe,
}
