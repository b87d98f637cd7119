namespace LinearTransformers.Cli.Tests;

/// <summary>A document in Markdown.</summary>
internal static class MarkdownFile
{
    /// <summary>The lines between fences, each with what stands behind its opening fence.</summary>
    public static IEnumerable<(string Fence, string Line)> FencedLines(string path)
    {
        string? fence = null;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fence = fence is null ? line[3..] : null;
            }
            else if (fence is not null)
            {
                yield return (fence, line);
            }
        }
    }

    /// <summary>What stands between the fences of one kind.</summary>
    public static string Fenced(string path, string fence)
        => string.Concat(FencedLines(path).Where(line => line.Fence == fence).Select(line => line.Line + "\n"));
}
