using System.Runtime.InteropServices;

namespace LinearTransformers.Cli;

/// <summary>
/// Turns Ctrl-C and SIGTERM into a request to stop at the next iteration; a second one ends the program at once. For as
/// long as this object lives: its handlers go with it.
/// </summary>
internal sealed class Signals : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;

    public Signals()
        => _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_stop.IsCancellationRequested)
        {
            Environment.Exit(ExitCode.Interrupted);
        }

        context.Cancel = true;
        _stop.Cancel();
    }
}
