using System.Globalization;
using System.Text.Json;

namespace LinearTransformers.Experiments.Results;

/// <summary>
/// Reads what <see cref="ResultsJson"/> wrote. Names besides its own are passed over; each of its own must be there once, with a value of
/// its kind.
/// </summary>
internal static class ResultsReader
{
    private const int LongestText = 80;

    public static (IReadOnlyList<ResultRow> Rows, IReadOnlyList<ResultRow> Details) Read(ReadOnlyMemory<byte> utf8, string file)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(utf8);
            JsonElement root = json.RootElement;
            return root.ValueKind is JsonValueKind.Object
                ? (ReadRows(root, "rows"), ReadRows(root, "details"))
                : throw Wrong("the whole", $"is {Words(root.ValueKind)}; it should be an object with rows and details");
        }
        catch (JsonException exception)
        {
            throw new FormatException(
                OneLine($"{file}: line {exception.LineNumber + 1}: {exception.Message.Split(" LineNumber:")[0]}"), exception);
        }
        catch (PlaceException exception)
        {
            throw new FormatException(OneLine($"{file}: {exception.Message}"), exception);
        }
    }

    private static ResultRow[] ReadRows(JsonElement root, string name)
    {
        JsonElement rows = Property(root, "the whole", name);
        return rows.ValueKind is JsonValueKind.Array
            ? [.. rows.EnumerateArray().Select((row, i) => ReadRow(row, string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]")))]
            : throw Wrong(name, $"is {Words(rows.ValueKind)}; it should be a list");
    }

    private static ResultRow ReadRow(JsonElement row, string place)
    {
        return row.ValueKind is JsonValueKind.Object
            ? new ResultRow(
                Text("experiment") ?? throw Missing("experiment"),
                Text("quantity") ?? throw Missing("quantity"),
                Number("published"),
                Number("exact"),
                Number("ours") ?? double.NaN,
                Text("tolerance"),
                VerdictOf(Text("verdict")))
            : throw Wrong(place, $"is {Words(row.ValueKind)}; it should be an object");

        string? Text(string name)
        {
            JsonElement value = Property(row, place, name);
            try
            {
                return value.ValueKind is JsonValueKind.String or JsonValueKind.Null ? value.GetString()
                    : throw Wrong($"{place}.{name}", $"is {Words(value.ValueKind)}; it should be text");
            }
            catch (InvalidOperationException exception)
            {
                throw new PlaceException(
                    $"{place}.{name}: the text is no Unicode; it should be UTF-8, and surrogates should go in pairs", exception);
            }
        }

        double? Number(string name)
        {
            JsonElement value = Property(row, place, name);
            return value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.Number when value.TryGetDouble(out double number) && double.IsFinite(number) => number,
                JsonValueKind.Number
                    => throw Wrong($"{place}.{name}", $"is {Short(value.GetRawText())}; it should be a number that a double can be"),
                _ => throw Wrong($"{place}.{name}", $"is {Words(value.ValueKind)}; it should be a number or null"),
            };
        }

        Verdict VerdictOf(string? text) => text switch
        {
            "none" => Verdict.None,
            "match" => Verdict.Match,
            "short" => Verdict.Short,
            _ => throw Wrong($"{place}.verdict", $"is {(text is null ? "null" : $"\"{Short(text)}\"")}; it should be none, match or short"),
        };

        PlaceException Missing(string name) => Wrong($"{place}.{name}", "is null; it should be text");
    }

    private static JsonElement Property(JsonElement element, string place, string name)
    {
        JsonElement[] values =
            [.. element.EnumerateObject().Where(property => property.NameEquals(name)).Select(property => property.Value).Take(2)];
        return values.Length == 1 ? values[0]
            : throw Wrong(place, $"has {(values.Length == 0 ? "no" : "more than one")} \"{name}\"; it should have one");
    }

    private static string Words(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static string Short(string text) => text.Length > LongestText ? text[..LongestText] + "…" : text;

    private static string OneLine(string text)
        => string.Concat(text.Select(
            c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()));

    private static PlaceException Wrong(string place, string reason) => new($"{place} {reason}", null);

    /// <summary>What is wrong at a place; the file's name comes before it.</summary>
    private sealed class PlaceException(string message, Exception? cause) : Exception(message, cause);
}
