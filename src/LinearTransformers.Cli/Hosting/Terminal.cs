namespace LinearTransformers.Cli.Hosting;

/// <summary>Where the program reads and writes, and who may stop it. Tests pass their own.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Progress, warnings, prose.</param>
/// <param name="IsErrorInteractive">Whether progress may be drawn over itself.</param>
/// <param name="Stop">Asked to stop: by a signal, or because nobody reads the results any more.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsErrorInteractive, CancellationToken Stop)
{
    /// <summary>Columns of the terminal that results go to; null where they go to a file or a pipe.</summary>
    public int? Width { get; init; }

    /// <summary>
    /// Columns and lines of that terminal as they are now, where a table can be drawn over itself; null where it cannot.
    /// </summary>
    public Func<(int Width, int Height)?> Window { get; init; } = () => null;

    /// <summary>Opens standard input.</summary>
    public Func<Stream> In { get; init; } = () => Stream.Null;
}
