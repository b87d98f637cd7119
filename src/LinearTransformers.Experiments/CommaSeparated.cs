using System.Buffers;
using System.Globalization;
using System.Text;

namespace LinearTransformers.Experiments;

/// <summary>
/// Comma-separated values as RFC 4180 has them: a cell with commas, quotation marks or line ends stands in quotation marks.
/// </summary>
internal static class CommaSeparated
{
    private static readonly SearchValues<char> Special = SearchValues.Create(",\"\r\n");

    /// <summary>The cells of all lines; an empty line has one empty cell.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Read(string text)
    {
        List<IReadOnlyList<string>> lines = [];
        List<string> line = [];
        StringBuilder cell = new();
        bool isQuoted = false;
        text = text.TrimStart('\uFEFF').ReplaceLineEndings("\n");
        if (!text.EndsWith('\n'))
        {
            text += '\n';
        }

        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (isQuoted && i < text.Length - 1)
            {
                isQuoted = c != '"' || text[i + 1] == '"';
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
                    lines.Add(line);
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
        => cell.AsSpan().ContainsAny(Special) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
