using System.Runtime.InteropServices;

namespace LinearTransformers.Cli;

/// <summary>Turns Ctrl-C and SIGTERM into a request to stop at the next iteration; a second one ends the program at once.</summary>
internal static class Signals
{
    public static CancellationToken StopOnSignals()
    {
        CancellationTokenSource source = new();
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            // Registered for the life of the process: the registration must not be collected.
            GC.KeepAlive(PosixSignalRegistration.Create(signal, context =>
            {
                if (source.IsCancellationRequested)
                {
                    Environment.Exit(ExitCode.Interrupted);
                }

                context.Cancel = true;
                source.Cancel();
            }));
        }

        return source.Token;
    }
}
