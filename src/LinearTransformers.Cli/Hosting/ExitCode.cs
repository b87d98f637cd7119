namespace LinearTransformers.Cli.Hosting;

/// <summary>What the program's exit codes mean.</summary>
/// <remarks>
/// Of files and folders: what is wrong as it was asked for is wrong usage, whichever command it is of: an input that is missing, damaged or
/// cannot be read; an output that is empty, a folder where a file should be or the other way round, there already, of another run, or being
/// written by another process. What the system refuses when a place is to be created or written is a failure: a full disk, a read-only one,
/// no permission, a name that is too long, a path below a file, a folder that was deleted in the meantime. So a library's
/// <see cref="Training.RunDirectoryException"/> is the first, and an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>
/// the second.
/// </remarks>
internal static class ExitCode
{
    public const int Fine = 0;

    /// <summary>The system refused something, mostly to write.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage or input: it was wrong as it was asked for.</summary>
    public const int Usage = 2;

    /// <summary>Done, but a verdict fell short or a run diverged.</summary>
    public const int Short = 3;

    /// <summary>128 + SIGINT, as shells count.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGPIPE: who read standard output has gone, as in <c>lintf … | head -1</c>. What was done is saved.</summary>
    public const int OutputClosed = 141;
}
