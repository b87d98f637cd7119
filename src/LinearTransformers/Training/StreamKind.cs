namespace LinearTransformers.Training;

/// <summary>Where a run's random numbers come from.</summary>
public enum StreamKind
{
    /// <summary>The streams of the published code: PyTorch's CPU generator, NumPy's for gammas.</summary>
    Torch,

    /// <summary>
    /// A counter-based stream of our own: other numbers of the same distributions, drawn by all threads at once, Gram statistics directly.
    /// </summary>
    Native,
}
