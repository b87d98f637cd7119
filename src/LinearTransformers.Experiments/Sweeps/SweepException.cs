namespace LinearTransformers.Experiments.Sweeps;

/// <summary>A sweep that cannot be made or read as it was asked for; the message says why, in one line.</summary>
public sealed class SweepException : Exception
{
    /// <summary>With a one-line message.</summary>
    public SweepException(string message)
        : base(message)
    {
    }

    /// <summary>With a one-line message and what lies behind it.</summary>
    public SweepException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
