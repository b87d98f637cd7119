using System.Globalization;

namespace LinearTransformers.Settings;

/// <summary>
/// Several values of a setting in one text: <c>5,10,20</c>, a range <c>0..4</c> or <c>2..20..2</c>, whose ends belong to it, or parts
/// <c>normal,sparse:2</c>. Numbers behind a part with values are its own, so <c>ar:0.9,spectrum:1,2,4</c> are two.
/// </summary>
public static class ValueList
{
    private const int Most = 10_000;

    /// <summary>The values.</summary>
    /// <param name="name">The setting, for messages.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="SettingException">A value is empty, or a range makes no sense.</exception>
    public static IReadOnlyList<string> Of(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string> values = [];
        bool takesNumbers = false;
        foreach (string piece in text.Split(','))
        {
            if (piece.Length == 0)
            {
                throw new SettingException(name, text, "values with commas between them, none of them empty");
            }

            if (takesNumbers && IsNumber(piece))
            {
                values[^1] += "," + piece;
                continue;
            }

            takesNumbers = char.IsAsciiLetter(piece[0]) && piece.Contains(':', StringComparison.Ordinal);
            values.AddRange(piece.Split("..") is { Length: > 1 } range && !takesNumbers ? Range(name, text, range) : [piece]);
        }

        return values;
    }

    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static IEnumerable<string> Range(string name, string text, string[] range)
    {
        decimal[] numbers = [.. range.Select(
            part => decimal.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : throw Wrong())];
        decimal step = numbers.Length == 3 ? numbers[2] : 1;
        if (numbers.Length > 3 || step <= 0 || numbers[1] < numbers[0] || (numbers[1] - numbers[0]) / step >= Most)
        {
            throw Wrong();
        }

        // 0.1..0.5 would be 0.1 alone, which nobody means.
        decimal length = numbers[1] - numbers[0];
        if (length % step != 0)
        {
            string right = length < step ? $"{range[0]}..{range[1]}..{Text(length / 4)}"
                : $"{range[0]}..{Text(numbers[1] - (length % step))}{(numbers.Length > 2 ? ".." + range[2] : "")}";
            throw new SettingException(name, text, $"a range whose steps, here of {Text(step)}, reach its end, such as {right}");
        }

        return Enumerable.Range(0, (int)((numbers[1] - numbers[0]) / step) + 1)
            .Select(i => Text(numbers[0] + (i * step)));

        static string Text(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

        SettingException Wrong() => new(
            name, text, $"a range from..to or from..to..step, upwards and of at most {Most} values, such as 0..4 or 2..20..2");
    }
}
