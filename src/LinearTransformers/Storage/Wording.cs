using System.Globalization;
using System.Text;

namespace LinearTransformers.Storage;

/// <summary>How names and shapes from a file appear in a message: on one line, and not without end.</summary>
internal static class Wording
{
    private const int LongestText = 80;
    private const int LongestShape = 12;

    /// <summary>The text in quotes, control characters and line ends escaped, cut after 80 characters.</summary>
    public static string Quote(string text)
    {
        string line = OneLine(text.Length > LongestText ? text[..LongestText] : text);
        return text.Length > LongestText ? $"\"{line}…\"" : $"\"{line}\"";
    }

    /// <summary>The text with everything escaped that would break or garble a line.</summary>
    public static string OneLine(string text)
    {
        StringBuilder line = new(text.Length);
        foreach (char c in text)
        {
            UnicodeCategory kind = char.GetUnicodeCategory(c);
            bool breaks = kind is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (breaks)
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                line.Append(c);
        }
        return line.ToString();
    }

    /// <summary>The text on one line, cut after 80 characters.</summary>
    public static string Short(string text) => text.Length > LongestText ? OneLine(text[..LongestText]) + "…" : OneLine(text);

    /// <summary>A shape as <c>[2, 3]</c>; <c>*</c> for any length, cut after 12 axes.</summary>
    public static string Shape(ReadOnlySpan<int> shape)
    {
        StringBuilder text = new("[");
        for (int axis = 0; axis < Math.Min(shape.Length, LongestShape); axis++)
        {
            text.Append(axis > 0 ? ", " : "");
            if (shape[axis] == TensorFile.AnyLength)
                text.Append('*');
            else
                text.Append(CultureInfo.InvariantCulture, $"{shape[axis]}");
        }
        return text.Append(shape.Length > LongestShape ? ", …]" : "]").ToString();
    }
}
