namespace LinearTransformers.Experiments.Report;

/// <summary>A report cannot be made of what was given.</summary>
public sealed class ReportException : Exception
{
    /// <summary>Says what is wrong, and what would be right.</summary>
    public ReportException(string message)
        : base(message)
    {
    }

    /// <inheritdoc cref="Exception(string, Exception)"/>
    public ReportException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <inheritdoc cref="Exception()"/>
    public ReportException()
    {
    }
}
