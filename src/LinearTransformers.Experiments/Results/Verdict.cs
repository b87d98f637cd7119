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
