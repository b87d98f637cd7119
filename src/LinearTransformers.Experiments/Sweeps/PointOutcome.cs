namespace LinearTransformers.Experiments.Sweeps;

/// <summary>What became of a point that a sweep came to.</summary>
public enum PointOutcome
{
    /// <summary>It was stopped, or not begun.</summary>
    Unfinished,

    /// <summary>All iterations are done, and the run is scored.</summary>
    Finished,

    /// <summary>It diverged, and is scored as far as it came.</summary>
    Diverged,

    /// <summary>Another process is at it: it was left to that.</summary>
    Taken,

    /// <summary>It could not be run.</summary>
    Failed,
}
