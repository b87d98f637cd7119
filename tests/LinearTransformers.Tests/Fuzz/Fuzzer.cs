using System.Diagnostics;
using LinearTransformers.Settings;

namespace LinearTransformers.Tests.Fuzz;

/// <summary>What became of many damaged files.</summary>
/// <param name="Read">How many were read all the same.</param>
/// <param name="Refused">How many were refused as they should be.</param>
/// <param name="MostMemory">The most bytes allocated for one, messages included.</param>
/// <param name="MostMemoryPerByte">The most beyond what any takes, per byte of it.</param>
/// <param name="Slowest">The longest that one took.</param>
/// <param name="Fault">The first that was neither, with its number; null for none.</param>
internal sealed record FuzzReport(int Read, int Refused, long MostMemory, double MostMemoryPerByte, TimeSpan Slowest, string? Fault);

/// <summary>Reads damaged files and watches what comes of it.</summary>
internal static class Fuzzer
{
    /// <summary>What reading any file may allocate, however short: buffers, tables, a message.</summary>
    private const long FreeMemory = 64 * 1024;

    /// <summary>Objects of pickles of a byte are the most per byte.</summary>
    private const long MostPerByte = 100;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Reads as many damaged files of a target.</summary>
    public static FuzzReport Run(FuzzTarget target, int seed, int count)
    {
        FuzzReport report = new(0, 0, 0, 0, TimeSpan.Zero, null);
        Mutator mutator = new(seed);
        for (int i = 0; i < count && report.Fault is null; i++)
        {
            report = Run(target, target.Mutate(mutator, mutator.Choose(target.Corpus)), report, i);
        }

        return report;
    }

    private static FuzzReport Run(FuzzTarget target, byte[] bytes, FuzzReport report, int number)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Exception? thrown = null;
        try
        {
            target.Read(bytes);
        }
#pragma warning disable CA1031 // Whatever is thrown is what we are after.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            thrown = exception;
        }

        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        long memory = GC.GetAllocatedBytesForCurrentThread() - before;
        string? fault =
            thrown is not (null or FormatException or SettingException) ? $"{thrown.GetType().Name}: {thrown.Message}"
            : thrown is not null && thrown.Message.Any(char.IsControl) ? $"a message of several lines: {thrown.Message}"
            : memory > FreeMemory + (MostPerByte * bytes.Length) ? $"{memory} bytes were allocated for {bytes.Length}"
            : taken > Longest ? $"it took {taken}"
            : null;
        return new FuzzReport(
            report.Read + (thrown is null ? 1 : 0),
            report.Refused + (thrown is null ? 0 : 1),
            Math.Max(report.MostMemory, memory),
            Math.Max(report.MostMemoryPerByte, Math.Max(0, memory - FreeMemory) / (double)Math.Max(1, bytes.Length)),
            taken > report.Slowest ? taken : report.Slowest,
            fault is null ? report.Fault : $"{target.Name}, file {number}: {fault} [{Convert.ToHexString(bytes)}]");
    }
}
