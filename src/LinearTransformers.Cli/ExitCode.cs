namespace LinearTransformers.Cli;

/// <summary>What the program's exit codes mean.</summary>
internal static class ExitCode
{
    public const int Fine = 0;

    public const int Failed = 1;

    /// <summary>Wrong usage or input.</summary>
    public const int Usage = 2;

    /// <summary>Done, but a verdict fell short or a run diverged.</summary>
    public const int Short = 3;

    public const int Interrupted = 130;
}
