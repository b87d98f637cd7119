namespace LinearTransformers.Cli.Tests;

/// <summary>docs/library.md as one program, its snippets in order, and what it says they print.</summary>
internal sealed record LibraryDocument(string Program, string Output)
{
    /// <summary>Reads the document of a working tree, whose library the program takes wherever it lies.</summary>
    public static LibraryDocument Read(string root)
    {
        List<string> head = ["#:property PublishAot=false"];
        List<string> code = [];
        List<string> output = [];
        foreach ((string fence, string line) in MarkdownFile.FencedLines(Path.Combine(root, "docs", "library.md")))
        {
            if (fence is "text")
            {
                output.Add(line);
            }
            else if (fence is "csharp")
            {
                bool isHead = line.StartsWith("#:", StringComparison.Ordinal)
                    || line.StartsWith("using LinearTransformers.", StringComparison.Ordinal);
                (isHead ? head : code).Add(line.Replace("#:project ..", "#:project " + root, StringComparison.Ordinal));
            }
        }

        return new LibraryDocument(Text([.. head, .. code]), Text(output));
    }

    private static string Text(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
