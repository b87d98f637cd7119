namespace LinearTransformers.Experiments.Plots;

/// <summary>How a figure of runs is made; what is left out is as published.</summary>
public sealed record PlotOptions
{
    /// <summary>Iterations between two points; null for the figure's own.</summary>
    public int? Every { get; init; }

    /// <summary>Only iterations below this one; null for all, or as published.</summary>
    public int? MaxIterations { get; init; }

    /// <summary>Samples of the noise; null for the published number.</summary>
    public int? Samples { get; init; }

    /// <summary>Threads that share the work.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
