namespace LinearTransformers.Training;

/// <summary>
/// A run's folder cannot be written, or is no longer the one that was opened; the message names it and says why, in one line. What was
/// saved before stays. (A folder that is the wrong one is a <see cref="RunDirectoryException"/>.)
/// </summary>
public sealed class RunWriteException : IOException
{
    /// <summary>With a one-line message.</summary>
    public RunWriteException(string message)
        : base(message)
    {
    }

    /// <summary>With a one-line message and what lies behind it.</summary>
    public RunWriteException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
