using System.Diagnostics;
using System.Globalization;

namespace LinearTransformers.Benchmarks.Floors;

/// <summary>
/// How long whole processes take that train for few iterations, and what an iteration costs between one such length and the next: from
/// where on a process is as fast as it gets. One thread; of each length the fastest of several processes, which take turns.
/// </summary>
internal static class StartupTable
{
    private const string Program = "src/LinearTransformers.Cli/bin/Release/net10.0/lintf";
    private const int Rounds = 8;

    private static readonly int[] Lengths = [1, 50, 100, 200, 400, 800, 1600, 3200];

    /// <summary>Prints the table; the exit code.</summary>
    public static int Print()
    {
        if (!File.Exists(Program))
        {
            Console.Error.WriteLine($"there is no {Program} here: build the solution and start from its root");
            return 1;
        }

        string folder = Directory.CreateTempSubdirectory("startup-").FullName;
        try
        {
            double help = Best(() => Milliseconds(["--help"]));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lintf --help takes {help:0} ms."));
            foreach (string stream in (string[])["torch", "native"])
            {
                Table(stream, folder);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static void Table(string stream, string folder)
    {
        double[] best = [.. Lengths.Select(_ => double.PositiveInfinity)];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Lengths.Length; i++)
            {
                string run = Path.Combine(folder, $"{stream}-{round}-{Lengths[i]}");
                string[] train =
                    ["train", "--B", "4000", "--threads", "1", "--stream", stream, "--max-iters", $"{Lengths[i]}", "--out", run];
                best[i] = Math.Min(best[i], Milliseconds(train));
            }
        }

        Console.WriteLine();
        Console.WriteLine($"| {stream} stream, iterations | process, ms | ms an iteration since the row above |");
        Console.WriteLine("|---|---|---|");
        for (int i = 0; i < Lengths.Length; i++)
        {
            string slope = i == 0 ? "" : string.Create(
                CultureInfo.InvariantCulture, $"{(best[i] - best[i - 1]) / (Lengths[i] - Lengths[i - 1]):0.000}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {Lengths[i]} | {best[i]:0} | {slope} |"));
        }
    }

    private static double Best(Func<double> time) => Enumerable.Range(0, Rounds).Min(_ => time());

    private static double Milliseconds(string[] arguments)
    {
        ProcessStartInfo start = new(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        return process.ExitCode == 0 ? milliseconds : throw new InvalidOperationException($"lintf ended with {process.ExitCode}");
    }
}
