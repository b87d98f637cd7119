namespace LinearTransformers.Cli;

/// <summary>The whole program, for programs that add parts of their own to the catalogs first.</summary>
public static class Lintf
{
    /// <summary>Runs a command line, and says on standard error what goes wrong.</summary>
    /// <param name="args">The command line behind the program's name, such as <c>train --max-iters 100</c>.</param>
    /// <returns>The exit code: 0 where all is well, 130 where it was interrupted; docs/runs.md lists all.</returns>
    public static int Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return ThisProcess.Run(args);
    }
}
