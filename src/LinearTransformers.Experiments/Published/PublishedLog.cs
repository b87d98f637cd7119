using System.Globalization;
using System.Reflection;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Published;

/// <summary>Log lines that the published notebooks print, carried with the program.</summary>
internal static class PublishedLog
{
    /// <summary>The lines of a log: iteration, loss, gradient norm.</summary>
    public static IReadOnlyList<LogLine> Read(string name)
        => [.. PublishedFile.ReadLines($"{name}.csv").Skip(1).Select(Parse)];

    /// <summary>The numbers of one column, line by line.</summary>
    /// <param name="name">The log's.</param>
    /// <param name="column">As its first line has it.</param>
    public static IReadOnlyList<double> ReadColumn(string name, string column)
    {
        string[][] lines = [.. PublishedFile.ReadLines($"{name}.csv").Select(line => line.Split(','))];
        int place = Array.IndexOf(lines[0], column);
        return [.. lines.Skip(1).Select(fields => double.Parse(fields[place], CultureInfo.InvariantCulture))];
    }

    private static LogLine Parse(string line)
    {
        string[] fields = line.Split(',');
        return new LogLine(
            int.Parse(fields[0], CultureInfo.InvariantCulture),
            double.Parse(fields[1], CultureInfo.InvariantCulture),
            double.Parse(fields[2], CultureInfo.InvariantCulture));
    }
}

/// <summary>Files of published numbers, embedded in the program.</summary>
internal static class PublishedFile
{
    public static IEnumerable<string> ReadLines(string name)
        => ReadText(name).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static string ReadText(string name)
    {
        Assembly assembly = typeof(PublishedFile).Assembly;
        using Stream stream = assembly.GetManifestResourceStream($"LinearTransformers.Experiments.Published.{name}")
            ?? throw new InvalidOperationException($"the program was built without the published numbers {name}");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
