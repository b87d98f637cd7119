using System.CommandLine;
using LinearTransformers.Cli.Commands;
using LinearTransformers.Experiments;
using LinearTransformers.Training;

namespace LinearTransformers.Cli;

/// <summary>The command line: options in, a command run, an exit code out.</summary>
internal static class Application
{
    public static int Run(string[] args, Terminal terminal)
    {
        RootCommand root = CommandCatalog.RootFor(args, terminal);
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Say(ExitCode.Usage, UsageError.Describe(parsed));
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (SettingException exception)
        {
            return Say(ExitCode.Usage, "--" + exception.Message);
        }
        catch (UsageException exception)
        {
            return Say(ExitCode.Usage, exception.Message);
        }
        catch (RunDirectoryException exception)
        {
            return Say(ExitCode.Usage, exception.Message);
        }
        catch (RunDivergedException exception)
        {
            return Say(ExitCode.Short, exception.Message);
        }
        catch (OperationCanceledException)
        {
            return Say(ExitCode.Interrupted, "interrupted; what was done is saved, and the same command goes on from there");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            return Say(ExitCode.Failed, exception.Message);
        }

        int Say(int code, string message)
        {
            terminal.Error.WriteLine($"lintf: {OneLine(message)}");
            return code;
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}
