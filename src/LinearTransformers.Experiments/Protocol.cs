namespace LinearTransformers.Experiments;

/// <summary>How methods are compared where the published procedure has faults that change a curve.</summary>
public enum Protocol
{
    /// <summary>Every method tuned on the same prompts, apart from those that all are scored on.</summary>
    Fair,

    /// <summary>The published procedure, faults included.</summary>
    Original,
}
