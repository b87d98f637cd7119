using LinearTransformers.Experiments.Measurements;

namespace LinearTransformers.Experiments.Plots;

/// <summary>How a figure of runs is made.</summary>
public sealed record PlotOptions
{
    /// <summary>Iterations between two points; null for the figure's own.</summary>
    public int? Every { get; init; }

    /// <summary>Only iterations below this one; null for all, or as published.</summary>
    public int? MaxIterations { get; init; }

    /// <summary>Samples of the noise; null for the published number.</summary>
    public int? Samples { get; init; }

    /// <summary>Fresh prompts that losses are scored on; null for 100,000.</summary>
    public int? Prompts { get; init; }

    /// <summary>Whether losses are scored on fresh prompts, or on the published batch; null for fresh prompts.</summary>
    public Protocol? Protocol { get; init; }

    /// <summary>The coordinates of matrices of a rotated run; null for <see cref="MatrixBasis.Whitened"/>.</summary>
    public MatrixBasis? Basis { get; init; }

    /// <summary>Whether exact floors of the runs' own settings are drawn as lines.</summary>
    public bool Floors { get; init; }

    /// <summary>The blocks of the Hessian whose eigenvalues are shown; null for the whole.</summary>
    public BlockKind? Blocks { get; init; }

    /// <summary>The curvature that is shown against the gradient's norm; null for that along the step.</summary>
    public CurvatureKind? Curvature { get; init; }

    /// <summary>Threads that share the work.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
