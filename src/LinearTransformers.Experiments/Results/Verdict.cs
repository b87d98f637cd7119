namespace LinearTransformers.Experiments.Results;

/// <summary>How a result stands to what it is compared with.</summary>
public enum Verdict
{
    /// <summary>Nothing to compare with, or too small a version of the experiment.</summary>
    None,

    /// <summary>Within the tolerance.</summary>
    Match,

    /// <summary>Outside the tolerance.</summary>
    Short,
}

/// <summary>From a comparison to a verdict.</summary>
internal static class Judge
{
    /// <param name="within">Whether the result is within the tolerance.</param>
    /// <param name="applies">Whether there is anything to compare: not in small versions of an experiment.</param>
    public static Verdict Of(bool within, bool applies = true)
        => !applies ? Verdict.None : within ? Verdict.Match : Verdict.Short;
}
