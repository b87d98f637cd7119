using System.Diagnostics;

namespace LinearTransformers.Cli.Tests;

/// <summary>The program in a process of its own that is still running; killed, if need be, with the test.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _error;

    public RunningProgram(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "lintf.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _error = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>The next line of standard output; null at its end.</summary>
    public string? ReadLine() => _process.StandardOutput.ReadLine();

    /// <summary>SIGKILL, as of now; whether it came before the program's own end.</summary>
    public bool Kill()
    {
        const int Killed = 128 + 9;
        _process.Kill();
        _process.WaitForExit();
        return _process.ExitCode == Killed || (OperatingSystem.IsWindows() && _process.ExitCode != 0);
    }

    /// <summary>Waits for its end.</summary>
    public (int ExitCode, string Error) Finish()
    {
        _process.StandardOutput.ReadToEnd();
        _process.WaitForExit();
        return (_process.ExitCode, _error.Result);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
