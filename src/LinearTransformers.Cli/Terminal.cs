namespace LinearTransformers.Cli;

/// <summary>Where the program writes, and who may stop it. Tests pass their own.</summary>
/// <param name="Out">Results.</param>
/// <param name="Error">Progress, warnings, prose.</param>
/// <param name="IsErrorInteractive">Whether progress may be drawn over itself.</param>
/// <param name="Stop">Asked to stop: Ctrl-C or SIGTERM.</param>
internal sealed record Terminal(TextWriter Out, TextWriter Error, bool IsErrorInteractive, CancellationToken Stop)
{
    public static Terminal OfThisProcess(CancellationToken stop)
        => new(Console.Out, Console.Error, !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") != "dumb", stop);
}
