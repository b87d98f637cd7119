using System.Globalization;
using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;

namespace LinearTransformers.Cli;

/// <summary>
/// The program as a process: its signals, its standard output and error, its culture, and the last net under all of its threads.
/// </summary>
internal static class ThisProcess
{
    public static int Run(string[] args)
    {
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        bool isDumb = Environment.GetEnvironmentVariable("TERM") == "dumb";
        bool isErrorInteractive = !Console.IsErrorRedirected && !isDumb;
        using Signals signals = new(EndAtOnce);
        using StandardOutput output = new(StandardOutput.Open(), Console.Out.Encoding, signals.RequestStop);
        Terminal terminal = new(output, new ForgivingWriter(Console.Error), isErrorInteractive, signals.Stop)
        {
            In = Console.OpenStandardInput,
            Width = Console.IsOutputRedirected ? null : WindowSize()?.Width,
            Window = () => Console.IsOutputRedirected || isDumb ? null : WindowSize(),
        };
        AppDomain.CurrentDomain.UnhandledException += (_, happened) =>
        {
            // On a thread that nobody waits for: the runtime would print a stack trace and abort.
            Failure failure = Failure.Of(
                happened.ExceptionObject as Exception ?? new InvalidOperationException($"{happened.ExceptionObject}"));
            failure.Say(terminal.Error);
            Environment.Exit(failure.ExitCode);
        };
        return Application.Run(args, terminal);

        void EndAtOnce()
        {
            Console.Error.Write(isErrorInteractive ? Application.ShowCursor : "");
            Console.Error.WriteLine("lintf: ended at once; what was saved last is kept");
            Environment.Exit(ExitCode.Interrupted);
        }
    }

    private static (int Width, int Height)? WindowSize()
    {
        try
        {
            return (Console.WindowWidth, Console.WindowHeight) is ( > 0, > 0) and (int, int) size ? size : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
