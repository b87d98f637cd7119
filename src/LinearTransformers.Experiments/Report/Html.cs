using System.Globalization;
using System.Net;
using System.Text.Json;
using LinearTransformers.Experiments.Figures;

namespace LinearTransformers.Experiments.Report;

/// <summary>Text and numbers as they stand in a page.</summary>
internal static class Html
{
    private const int SignificantDigits = 5;

    /// <summary>Text, with what HTML would take for markup escaped.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A number with five significant digits; where that is not all of it, the whole of it shows when it is pointed at.</summary>
    public static string Number(double value)
    {
        string whole = value.ToString("R", CultureInfo.InvariantCulture);
        string text = ShortNumber(value);
        return Plain(text) == Plain(whole) ? text : $"<span class=\"number\" title=\"{whole}\">{text}</span>";
    }

    /// <summary>Text that may be a number: then as one, with its unit where it is "seconds".</summary>
    public static string Value(string text)
        => text.Length > 0
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            && double.IsFinite(number)
            ? Number(number) : Text(text);

    /// <summary>A number with five significant digits: 0.0012237, 2.4598·10⁻⁵, 10000.</summary>
    public static string ShortNumber(double value)
    {
        double size = Math.Abs(value);
        if (!double.IsFinite(value) || value == 0 || (size < 1e9 && value == Math.Round(value)))
        {
            return NumberText.Fixed(value, 0);
        }

        if (size is >= 1e-3 and < 1e6)
        {
            return value.ToString("G" + SignificantDigits, CultureInfo.InvariantCulture) is var text
                && text.Contains('E', StringComparison.Ordinal)
                ? NumberText.Fixed(value, 0)
                : text.Replace('-', '−');
        }

        string[] parts = NumberText.Scientific(value, SignificantDigits).Split('·');
        return $"{parts[0].TrimEnd('0').TrimEnd('.')}·{parts[1]}";
    }

    /// <summary>The properties of a JSON object in text, texts without quotes; none where it is no such object.</summary>
    public static IReadOnlyDictionary<string, string> Properties(string json)
    {
        Dictionary<string, string> properties = [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                properties[property.Name] =
                    property.Value.ValueKind is JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new Dictionary<string, string>();
        }

        return properties;
    }

    private static string Plain(string number) => number.Replace('−', '-');
}
