namespace LinearTransformers.Training;

/// <summary>How far a run has come.</summary>
public enum RunStatus
{
    /// <summary>Not at its end; it can go on.</summary>
    Unfinished,

    /// <summary>All iterations done.</summary>
    Finished,

    /// <summary>
    /// Stopped at a loss, or a norm of its gradient, that was not finite, or ended with parameters that were not; it cannot go on.
    /// </summary>
    Diverged,
}
