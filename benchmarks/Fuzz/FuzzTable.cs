using System.Diagnostics;
using System.Globalization;
using LinearTransformers.Tests.Fuzz;

namespace LinearTransformers.Benchmarks.Fuzz;

/// <summary>Reads damaged files by the million, as the tests do by the thousand.</summary>
internal static class FuzzTable
{
    /// <summary>As many of each target, with another seed than the tests; 1 if there was a fault, which ends its target.</summary>
    public static int Print(int count, IReadOnlyList<string> names)
    {
        bool fine = true;
        Console.WriteLine("target        read  refused  most memory  per byte  slowest     all");
        foreach (FuzzTarget target in LibraryTargets.All.Concat(ResultsTargets.All)
            .Where(target => names.Count == 0 || names.Contains(target.Name)))
        {
            long start = Stopwatch.GetTimestamp();
            FuzzReport report = Fuzzer.Run(target, 2, count);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{target.Name,-12}{report.Read,6}{report.Refused,9}{report.MostMemory,13}{report.MostMemoryPerByte,10:0.0}"
                    + $"{report.Slowest.TotalMilliseconds,7:0} ms{Stopwatch.GetElapsedTime(start).TotalSeconds,6:0} s"));
            if (report.Fault is not null)
            {
                Console.WriteLine(report.Fault);
                fine = false;
            }
        }

        return fine ? 0 : 1;
    }
}
