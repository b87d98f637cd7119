namespace LinearTransformers.Experiments.Watching;

/// <summary>How a run that is watched stands.</summary>
public enum WatchStatus
{
    /// <summary>A process writes it.</summary>
    Running,

    /// <summary>All iterations done.</summary>
    Finished,

    /// <summary>Stopped at numbers that are not finite.</summary>
    Diverged,

    /// <summary>Not at its end, and no process writes it: the same command goes on with it.</summary>
    Interrupted,

    /// <summary>A file of it cannot be read, or is not what it should be.</summary>
    Damaged,
}
