using System.CommandLine;
using LinearTransformers.Cli.Commands;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Cli.Usage;

namespace LinearTransformers.Cli;

/// <summary>The command line: options in, a command run, an exit code out. Whatever happens is said in one line.</summary>
internal static class Application
{
    public const string ShowCursor = "\e[?25h";

    private static readonly ParserConfiguration Parser = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    public static int Run(string[] args, Terminal terminal)
    {
        CommandEntry? entry = CommandCatalog.Named(args);
        int code;
        try
        {
            code = entry is null or { Saves: true }
                ? Invoke(args, terminal)
                : Interruptible.Run(() => Invoke(args, terminal), terminal.Stop);
        }
        catch (Exception exception)
        {
            Failure failure = Failure.Of(exception);
            code = failure.ExitCode;
            if (code is ExitCode.Interrupted && entry is { Saves: true })
            {
                failure = failure with { Message = "interrupted; what was done is saved, and the same command goes on from there" };
            }

            if (code is ExitCode.Interrupted && terminal.IsErrorInteractive)
            {
                // Progress that was not waited for has left it hidden.
                terminal.Error.Write(ShowCursor);
            }

            if (code is not ExitCode.Interrupted || ProblemOf(terminal.Out) is null)
            {
                failure.Say(terminal.Error);
            }
        }

        return code is ExitCode.Fine or ExitCode.Interrupted && ProblemOf(terminal.Out) is { } problem ? End(problem, terminal) : code;
    }

    private static IOException? ProblemOf(TextWriter output) => (output as StandardOutput)?.Problem;

    /// <summary>Ends a program that could not write what it had to say: quietly, if nobody wanted to hear it.</summary>
    private static int End(IOException problem, Terminal terminal)
    {
        if (problem is BrokenPipeException)
        {
            return ExitCode.OutputClosed;
        }

        new Failure(ExitCode.Failed, $"standard output cannot be written: {FileFault.Describe(problem)}", problem).Say(terminal.Error);
        return ExitCode.Failed;
    }

    private static int Invoke(string[] args, Terminal terminal)
    {
        ParseResult parsed = CommandCatalog.RootFor(args, terminal).Parse(args, Parser);
        if (UsageError.Of(args, parsed) is { } error)
        {
            throw new UsageException(error);
        }

        if (HelpText.IsWanted(parsed))
        {
            HelpText.Write(terminal.Out, parsed.CommandResult.Command, terminal.Width);
            return ExitCode.Fine;
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }
}
