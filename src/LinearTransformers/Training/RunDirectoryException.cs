namespace LinearTransformers.Training;

/// <summary>A folder that cannot be used for a run; the message names it and says why, in one line.</summary>
public sealed class RunDirectoryException : Exception
{
    /// <summary>With a one-line message.</summary>
    public RunDirectoryException(string message)
        : base(message)
    {
    }

    /// <summary>With a one-line message and what lies behind it.</summary>
    public RunDirectoryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether nothing is wrong but that another process is writing the run.</summary>
    public bool IsTaken { get; init; }
}
