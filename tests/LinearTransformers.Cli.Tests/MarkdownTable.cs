namespace LinearTransformers.Cli.Tests;

/// <summary>A table, with the numbers of the list of notes below it.</summary>
internal sealed record MarkdownTable(string[] Header)
{
    public List<string[]> Rows { get; } = [];

    public List<int> Notes { get; } = [];
}
