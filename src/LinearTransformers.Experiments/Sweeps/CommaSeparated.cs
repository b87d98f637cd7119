using System.Globalization;
using System.Text;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>
/// Comma-separated values as RFC 4180 has them: a cell with commas, quotation marks or line ends stands in quotation marks.
/// </summary>
internal static class CommaSeparated
{
    /// <summary>The cells of all lines that are not empty.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Read(string text)
    {
        List<IReadOnlyList<string>> lines = [];
        List<string> line = [];
        StringBuilder cell = new();
        bool isQuoted = false;
        text = text.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : '\n';
            if (isQuoted && i < text.Length)
            {
                isQuoted = c != '"' || (i + 1 < text.Length && text[i + 1] == '"');
                if (isQuoted)
                {
                    cell.Append(c);
                    i += c == '"' ? 1 : 0;
                }
            }
            else if (c == '"')
            {
                isQuoted = true;
            }
            else if (c is ',' or '\n')
            {
                line.Add(cell.ToString());
                cell.Clear();
                if (c == '\n')
                {
                    if (line is not [""])
                    {
                        lines.Add(line);
                    }

                    line = [];
                }
            }
            else
            {
                cell.Append(c);
            }
        }

        return lines;
    }

    /// <summary>Adds a line.</summary>
    public static void AppendLine(StringBuilder text, IEnumerable<string> cells) => text.AppendJoin(',', cells.Select(Quoted)).Append('\n');

    /// <summary>A number that comes back as it was; empty where there is none.</summary>
    public static string Number(double value) => double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "";

    private static string Quoted(string cell)
        => cell.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
