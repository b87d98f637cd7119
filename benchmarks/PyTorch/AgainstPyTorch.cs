using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LinearTransformers.Benchmarks.Floors;
using LinearTransformers.Training;

namespace LinearTransformers.Benchmarks.PyTorch;

/// <summary>
/// A training iteration here and in PyTorch (<c>iteration.py</c>), one after the other on the same machine: one thread against one, and the faster of one
/// and all threads against the faster of one and all. The best time of several seconds counts, for both.
/// </summary>
internal static class AgainstPyTorch
{
    private const double Seconds = 6;
    private const double PublishedGpuMilliseconds = 7.0;

    private static readonly int[] BatchSizes = [1000, 4000, 20000];

    /// <summary>The exit code.</summary>
    public static int Run()
    {
        string python = Environment.GetEnvironmentVariable("PYTHON") is { Length: > 0 } named ? named : "python3";
        int threads = Environment.ProcessorCount;
        List<string> rows = [];
        foreach (int batchSize in BatchSizes)
        {
            if (Measure(python, batchSize, 1) is not { } single || Measure(python, batchSize, threads) is not { } all)
            {
                Console.Error.WriteLine($"{python} has no PyTorch: install it (Debian: python3-torch and libopenblas0-pthread), or name in PYTHON an interpreter that has");
                return 1;
            }

            double theirs = Math.Min(single.Milliseconds, all.Milliseconds);
            foreach (StreamKind stream in (StreamKind[])[StreamKind.Torch, StreamKind.Native])
            {
                TrainingSettings settings = new() { Stream = stream, BatchSize = batchSize, InitialDeviation = 1e-4, LearningRate = 1e-3, ClipThreshold = 1000, MaxIterations = int.MaxValue, HistoryStride = int.MaxValue };
                double one = 1e3 * Scaling.SecondsOfIteration(settings, 1);
                double best = threads > 1 ? Math.Min(one, 1e3 * Scaling.SecondsOfIteration(settings, threads)) : one;
                string gpu = batchSize == 4000 ? (PublishedGpuMilliseconds / best).ToString("0.0", CultureInfo.InvariantCulture) : "";
                rows.Add(string.Create(CultureInfo.InvariantCulture, $"| {batchSize} | {stream.ToString().ToLowerInvariant()} | {single.Milliseconds:0.0} | {one:0.00} | {single.Milliseconds / one:0} | {theirs:0.0} | {best:0.00} | {theirs / best:0} | {gpu} |"));
            }
        }

        Console.WriteLine($"{threads} processors; PyTorch {Measure(python, 100, 1)!.Version}; milliseconds an iteration, N = 20, d = 5, L = 3");
        Console.WriteLine();
        Console.WriteLine("| B | stream | PyTorch, one thread | here, one thread | times | PyTorch, its best | here, all threads | times | times the published GPU log's 7.0 ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        rows.ForEach(Console.WriteLine);
        return 0;
    }

    private static Measurement? Measure(string python, int batchSize, int threads)
    {
        ProcessStartInfo start = new(python) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "PyTorch", "iteration.py"), $"{batchSize}", $"{threads}", Seconds.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["OMP_NUM_THREADS"] = $"{threads}";
        start.Environment["OPENBLAS_NUM_THREADS"] = $"{threads}";
        try
        {
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                return null;
            }

            using JsonDocument line = JsonDocument.Parse(output);
            return new Measurement(line.RootElement.GetProperty("best").GetDouble(), line.RootElement.GetProperty("torch").GetString()!);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private sealed record Measurement(double Milliseconds, string Version);
}
