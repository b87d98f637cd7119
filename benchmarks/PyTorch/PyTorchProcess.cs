using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.PyTorch;

/// <summary>
/// <c>iteration.py</c> at work: it checks its forms, waits for the name of one and a time, runs it for so long and says its best.
/// </summary>
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

    /// <summary>The largest difference of the forms' losses and gradients from the library's, of these themselves.</summary>
    public double Difference { get; }

    /// <summary>The interpreter.</summary>
    private static string Python => Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } named ? named : "python3";

    /// <summary>Starts it; null if there is no such interpreter, it has no PyTorch or a form differs, after saying so.</summary>
    public static PyTorchProcess? Start(TrainingSettings settings, IReadOnlyList<string> forms, int threads)
    {
        ProcessStartInfo start = new(Python) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "PyTorch", "iteration.py"));
        start.ArgumentList.Add($"{threads}");
        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        start.Environment["OPENBLAS_NUM_THREADS"] = "1"; // PyTorch's own threads share the prompts; OpenBLAS's would only get in their way.
        try
        {
            Process process = Process.Start(start)!;
            Write(process, PyTorchSetting.Line(settings, forms));
            if (process.StandardOutput.ReadLine() is { } line)
            {
                return new PyTorchProcess(process, JsonDocument.Parse(line).RootElement);
            }

            process.Dispose();
            Console.Error.WriteLine(
                $"{Python} says above why it cannot: PyTorch is in Debian's python3-torch and libopenblas0-pthread; "
                + "PYTHON names another interpreter");
        }
        catch (Win32Exception)
        {
            Console.Error.WriteLine($"there is no {Python}: PYTHON names another interpreter");
        }

        return null;
    }

    /// <summary>Lets forms and our iterations take turns in windows, and lowers what is known of each to the best of these.</summary>
    public void Race(
        IReadOnlyList<string> forms, double[] theirs, IReadOnlyList<OurIteration> here, double[] ours, int rounds, double seconds)
    {
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < theirs.Length; i++)
            {
                theirs[i] = Math.Min(theirs[i], Milliseconds(forms[i], seconds));
            }

            for (int i = 0; i < ours.Length; i++)
            {
                ours[i] = Math.Min(ours[i], here[i].Milliseconds(seconds));
            }
        }
    }

    /// <summary>The best time of an iteration of a form within a window of so many seconds, in milliseconds.</summary>
    public double Milliseconds(string form, double seconds)
    {
        Write(_process, string.Create(CultureInfo.InvariantCulture, $"{form} {seconds}"));
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("PyTorch's process ended early");
        return JsonDocument.Parse(line).RootElement.GetProperty("best").GetDouble();
    }

    /// <summary>Writes a line; a process that has ended reads none, and says why.</summary>
    private static void Write(Process process, string line)
    {
        try
        {
            process.StandardInput.WriteLine(line);
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            process.WaitForExit();
        }
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
