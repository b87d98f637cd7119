using LinearTransformers.Experiments.Report;

namespace LinearTransformers.Experiments.Watching;

/// <summary>How a run stood at a moment. Numbers that are not known are NaN, or null where they are counts.</summary>
/// <param name="Path">Its folder.</param>
/// <param name="Status">How it stands.</param>
public sealed record RunView(string Path, WatchStatus Status)
{
    /// <summary>What is wrong with a damaged run, in a line; null with others.</summary>
    public string? Problem { get; init; }

    /// <summary>Iterations done: of a run that is being written until a moment ago, otherwise as far as it is saved.</summary>
    public int? Iterations { get; init; }

    /// <summary>Iterations in all.</summary>
    public int? MaxIterations { get; init; }

    /// <summary>The loss of the last iteration's batch.</summary>
    public double Loss { get; init; } = double.NaN;

    /// <summary>The norm of the gradient there, before clipping.</summary>
    public double GradientNorm { get; init; } = double.NaN;

    /// <summary>The least exact loss that is known for the run's settings; NaN where there is none, or none yet.</summary>
    public double Floor { get; init; } = double.NaN;

    /// <summary>What has that loss, in a few words; null where there is none.</summary>
    public string? FloorName { get; init; }

    /// <summary>The learning rate of the last iteration.</summary>
    public double LearningRate { get; init; } = double.NaN;

    /// <summary>Iterations a second: of a run that is being written over its last ten seconds, otherwise over all of it.</summary>
    public double IterationsPerSecond { get; init; } = double.NaN;

    /// <summary>Seconds spent on it.</summary>
    public double Seconds { get; init; } = double.NaN;

    /// <summary>How long the rest will take at that pace; NaN for a run that is not being written.</summary>
    public double SecondsLeft
        => Status is WatchStatus.Running && MaxIterations - Iterations is { } left && IterationsPerSecond > 0
            ? left / IterationsPerSecond : double.NaN;

    /// <summary>Whether nothing more is to come.</summary>
    public bool IsOver => Status is WatchStatus.Finished or WatchStatus.Diverged or WatchStatus.Damaged;

    /// <summary>Losses along the run; null where they were not asked for.</summary>
    internal Curve? LossCurve { get; init; }

    /// <summary>Gradient norms along the run; null where they were not asked for.</summary>
    internal Curve? GradientCurve { get; init; }
}
