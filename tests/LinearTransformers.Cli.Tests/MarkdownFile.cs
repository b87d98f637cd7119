using System.Text;
using System.Text.RegularExpressions;

namespace LinearTransformers.Cli.Tests;

/// <summary>A document in Markdown, as far as the tests read it: fences, code in the text, links, headings and tables.</summary>
internal static partial class MarkdownFile
{
    private const string RaisedDigits = "⁰¹²³⁴⁵⁶⁷⁸⁹";

    /// <summary>The lines between fences, each with what stands behind its opening fence.</summary>
    public static IEnumerable<(string Fence, string Line)> FencedLines(string path)
        => Lines(path).Where(line => line.Fence is not null).Select(line => (line.Fence!, line.Line));

    /// <summary>The same as a shell reads them: a line that ends with a backslash goes on in the next one.</summary>
    public static IEnumerable<(string Fence, string Line)> ShellLines(string path)
    {
        string begun = "";
        foreach ((string fence, string line) in FencedLines(path))
        {
            if (line.EndsWith(" \\", StringComparison.Ordinal))
            {
                begun += line[..^1];
                continue;
            }

            yield return (fence, begun.Length > 0 ? begun + line.TrimStart() : line);
            begun = "";
        }
    }

    /// <summary>What stands between the fences of one kind.</summary>
    public static string Fenced(string path, string fence)
        => string.Concat(FencedLines(path).Where(line => line.Fence == fence).Select(line => line.Line + "\n"));

    /// <summary>Code within the text, such as `lintf train`; a line break in it counts as a space.</summary>
    public static IEnumerable<string> CodeSpans(string text)
        => text.Split("\n\n").SelectMany(paragraph => Code().Matches(paragraph))
            .Select(match => match.Groups[1].Value.ReplaceLineEndings(" "));

    /// <summary>The text without what stands between fences.</summary>
    public static string Text(string path)
        => string.Concat(Lines(path).Where(line => line.Fence is null).Select(line => line.Line + "\n"));

    /// <summary>Where links and images lead, and where the labels of links are defined to lead.</summary>
    public static IEnumerable<string> Targets(string path)
    {
        string text = WithoutCode(path);
        return Link().Matches(text).Concat(Definition().Matches(text)).Select(match => match.Groups["target"].Value);
    }

    /// <summary>The labels of [text][label] that are defined nowhere, and those that are defined and not used.</summary>
    public static IEnumerable<string> StrayLabels(string path)
    {
        string text = WithoutCode(path);
        string[] defined = [.. Definition().Matches(text).Select(match => match.Groups["label"].Value)];
        string[] used = [.. FullReference().Matches(text).Select(match => match.Groups["label"].Value)];
        string uses = Definition().Replace(text, "");
        return used.Except(defined).Concat(defined.Where(label => !uses.Contains($"[{label}]", StringComparison.Ordinal)));
    }

    /// <summary>What a link can name behind # in this document: its headings, as GitHub turns them into anchors.</summary>
    public static IReadOnlyList<string> Anchors(string path)
    {
        Dictionary<string, int> seen = [];
        List<string> anchors = [];
        foreach ((string? fence, string line) in Lines(path))
        {
            if (fence is null && Heading().Match(line) is { Success: true } heading)
            {
                string anchor = Anchor(heading.Groups[1].Value);
                int before = seen.GetValueOrDefault(anchor);
                seen[anchor] = before + 1;
                anchors.Add(before == 0 ? anchor : $"{anchor}-{before}");
            }
        }

        return anchors;
    }

    /// <summary>Its tables.</summary>
    public static IReadOnlyList<MarkdownTable> Tables(string path)
    {
        List<MarkdownTable> tables = [];
        MarkdownTable? last = null;
        bool isWithin = false;
        foreach ((string? fence, string line) in Lines(path))
        {
            bool isRow = fence is null && line.StartsWith('|');
            if (isRow && !isWithin)
            {
                tables.Add(last = new MarkdownTable(Cells(line)));
            }
            else if (isRow && !line.StartsWith("|--", StringComparison.Ordinal))
            {
                last!.Rows.Add(Cells(line));
            }
            else if (Heading().IsMatch(line))
            {
                last = null;
            }
            else if (NumberedItem().Match(line) is { Success: true } item)
            {
                last?.Notes.Add(int.Parse(item.Groups[1].Value));
            }

            isWithin = isRow;
        }

        return tables;
    }

    /// <summary>The raised numbers in a text, which refer to notes.</summary>
    public static IEnumerable<int> Raised(string text) => text.Select(c => RaisedDigits.IndexOf(c)).Where(digit => digit >= 0);

    private static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];

    private static string Anchor(string heading)
    {
        StringBuilder anchor = new();
        foreach (char c in LinkText().Replace(heading, "$1").Trim().ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_')
            {
                anchor.Append(c);
            }
            else if (c == ' ')
            {
                anchor.Append('-');
            }
        }

        return anchor.ToString();
    }

    private static string WithoutCode(string path) => Code().Replace(Text(path), "");

    /// <summary>Lines, each with the fence that it stands behind; the fences themselves are left out.</summary>
    private static IEnumerable<(string? Fence, string Line)> Lines(string path)
    {
        string? fence = null;
        foreach (string line in File.ReadLines(path))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                fence = fence is null ? line[3..] : null;
            }
            else
            {
                yield return (fence, line);
            }
        }
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)[^)]*\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^\[(?<label>[^\]]+)\]: (?<target>\S+)", RegexOptions.Multiline)]
    private static partial Regex Definition();

    [GeneratedRegex(@"\]\[(?<label>[^\]]+)\]")]
    private static partial Regex FullReference();

    [GeneratedRegex(@"\[([^\]]+)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex("^#{1,6} (.+)$")]
    private static partial Regex Heading();

    [GeneratedRegex(@"^(\d+)\. ")]
    private static partial Regex NumberedItem();
}
