using System.Runtime.InteropServices;

namespace LinearTransformers.Cli.Hosting;

/// <summary>
/// Turns Ctrl-C, SIGTERM, SIGHUP and SIGUSR1 into a request to stop and save. Who runs programs for others repeats
/// signals within milliseconds: only one that comes a second later or more ends the program at once. For as long as this
/// object lives: its handlers go with it.
/// </summary>
internal sealed class Signals : IDisposable
{
    private const int UserSignalOfLinux = 10;
    private const int UserSignalOfMacOS = 30;

    /// <summary>Signals that come sooner after the first are the same request again.</summary>
    private static readonly TimeSpan Repetition = TimeSpan.FromSeconds(1);

    /// <summary>Windows ends the program when the handler of these returns: so long it has to save.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _ended = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action _endAtOnce;
    private readonly TimeProvider _clock;
    private long _first;

    /// <summary>Handlers from now on.</summary>
    /// <param name="endAtOnce">Ends the program.</param>
    /// <param name="clock">The time; null for the system's.</param>
    public Signals(Action endAtOnce, TimeProvider? clock = null)
    {
        _endAtOnce = endAtOnce;
        _clock = clock ?? TimeProvider.System;
        PosixSignal[] user = OperatingSystem.IsLinux() ? [(PosixSignal)UserSignalOfLinux]
            : OperatingSystem.IsMacOS() ? [(PosixSignal)UserSignalOfMacOS]
            : [];
        foreach (PosixSignal signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP, .. user])
        {
            _registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => _stop.Token;

    /// <summary>Stops as a first signal does.</summary>
    public void RequestStop()
    {
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has come to its end just now.
        }
    }

    /// <summary>What a signal does.</summary>
    public void Receive()
    {
        long now = Math.Max(_clock.GetTimestamp(), 1);
        long first = Interlocked.CompareExchange(ref _first, now, 0);
        if (first == 0)
        {
            RequestStop();
        }
        else if (_clock.GetElapsedTime(first, now) >= Repetition)
        {
            _endAtOnce();
        }
    }

    public void Dispose()
    {
        _ended.Set();
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _stop.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        Receive();
        if (OperatingSystem.IsWindows() && context.Signal is PosixSignal.SIGHUP or PosixSignal.SIGTERM)
        {
            _ended.Wait(LongestEnd);
        }
    }
}
