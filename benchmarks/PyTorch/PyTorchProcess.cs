using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace LinearTransformers.Benchmarks.PyTorch;

/// <summary><c>iteration.py</c> at work: it waits for the name of a form and a time, runs the form for so long and says its best.</summary>
internal sealed class PyTorchProcess : IDisposable
{
    private readonly Process _process;

    private PyTorchProcess(Process process, JsonElement check)
    {
        _process = process;
        Version = check.GetProperty("torch").GetString()!;
        Difference = check.GetProperty("difference").GetDouble();
    }

    /// <summary>PyTorch's version.</summary>
    public string Version { get; }

    /// <summary>The largest difference of the forms' losses over some iterations from the same draws, of the losses themselves.</summary>
    public double Difference { get; }

    /// <summary>Starts it; null if there is no such interpreter, it has no PyTorch or the forms differ, after saying so.</summary>
    public static PyTorchProcess? Start(string python, int batchSize, int threads)
    {
        ProcessStartInfo start = new(python) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "PyTorch", "iteration.py"));
        start.ArgumentList.Add($"{batchSize}");
        start.ArgumentList.Add($"{threads}");
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        start.Environment["OPENBLAS_NUM_THREADS"] = "1"; // PyTorch's own threads share the prompts; OpenBLAS's would only get in their way.
        try
        {
            Process process = Process.Start(start)!;
            if (process.StandardOutput.ReadLine() is { } line)
            {
                return new PyTorchProcess(process, JsonDocument.Parse(line).RootElement);
            }

            process.Dispose();
            Console.Error.WriteLine(
                $"{python} says above why it cannot: PyTorch is in Debian's python3-torch and libopenblas0-pthread; "
                + "PYTHON names another interpreter");
        }
        catch (Win32Exception)
        {
            Console.Error.WriteLine($"there is no {python}: PYTHON names another interpreter");
        }

        return null;
    }

    /// <summary>The best time of an iteration of a form within a window of so many seconds, in milliseconds.</summary>
    public double Milliseconds(string form, double seconds)
    {
        _process.StandardInput.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{form} {seconds}"));
        _process.StandardInput.Flush();
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("PyTorch's process ended early");
        return JsonDocument.Parse(line).RootElement.GetProperty("best").GetDouble();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
