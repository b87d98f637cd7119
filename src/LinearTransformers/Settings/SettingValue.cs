using System.Globalization;
using System.Text.Json;

namespace LinearTransformers.Settings;

/// <summary>Values of settings as text and as JSON, by their type.</summary>
internal static class SettingValue
{
    /// <summary>What the command line calls null.</summary>
    public const string None = "none";

    private const char BetweenNumbers = ',';

    /// <summary>A value from the text of a command line.</summary>
    public static object Parse(string name, Type kind, string text, Part? current)
    {
        if (kind.IsEnum)
        {
            return EnumOf(kind, text) ?? throw new SettingException(name, text, Requirement(kind, text));
        }

        if (kind.IsAssignableTo(typeof(Part)))
        {
            return Parts.Parse(name, kind, text, current);
        }

        object? value = null;
        if (kind == typeof(bool))
        {
            value = text.ToLowerInvariant() switch { "true" => true, "false" => false, _ => null };
        }
        else if (kind == typeof(int))
        {
            value = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int whole) ? whole : null;
        }
        else if (kind == typeof(long))
        {
            value = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) ? whole : null;
        }
        else if (kind == typeof(double))
        {
            value = Number(text);
        }
        else if (kind == typeof(string))
        {
            value = text.Length > 0 ? text : null;
        }
        else if (kind == typeof(IReadOnlyList<double>))
        {
            double?[] numbers = [.. text.Split(BetweenNumbers).Select(Number)];
            value = numbers.Any(number => number is null) ? null : new NumberList([.. numbers.Select(number => number!.Value)]);
        }

        return value ?? throw new SettingException(name, text, Requirement(kind, text));
    }

    /// <summary>A value as a command line has it.</summary>
    public static string Format(object? value) => value switch
    {
        null => None,
        Part part => Parts.TextOf(part),
        Enum one => NameOf(one),
        bool flag => flag ? "true" : "false",
        IJsonSetting own => JsonText(own),
        IReadOnlyList<double> list => string.Join(BetweenNumbers, list.Select(number => number.ToString(CultureInfo.InvariantCulture))),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    /// <summary>Writes a value behind its name.</summary>
    public static void Write(Utf8JsonWriter writer, string name, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNull(name);
                break;
            case bool flag:
                writer.WriteBoolean(name, flag);
                break;
            case int number:
                writer.WriteNumber(name, number);
                break;
            case long number:
                writer.WriteNumber(name, number);
                break;
            case double number:
                writer.WriteNumber(name, number);
                break;
            case IJsonSetting own:
                writer.WritePropertyName(name);
                own.Write(writer);
                break;
            default:
                writer.WriteString(name, Format(value));
                break;
        }
    }

    /// <summary>A value from JSON; null where it is of another type.</summary>
    public static object? Read(string name, Type kind, JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False when kind == typeof(bool):
                return json.GetBoolean();
            case JsonValueKind.Number when kind == typeof(int):
                return json.TryGetInt32(out int whole) ? whole : null;
            case JsonValueKind.Number when kind == typeof(long):
                return json.TryGetInt64(out long large) ? large : null;
            case JsonValueKind.Number when kind == typeof(double):
                return json.TryGetDouble(out double number) && double.IsFinite(number) ? number : null;
            case JsonValueKind.Number when kind.IsAssignableTo(typeof(Part)):
                return Parse(name, kind, json.GetRawText(), null);
            case JsonValueKind.String when kind.IsEnum:
                return EnumOf(kind, json.GetString()!);
            case JsonValueKind.String when kind.IsAssignableTo(typeof(Part)) || kind == typeof(string)
                || kind == typeof(IReadOnlyList<double>):
                return Parse(name, kind, json.GetString()!, null);
            default:
                return kind.IsAssignableTo(typeof(IJsonSetting)) ? OwnReader(kind)(json) : null;
        }
    }

    /// <summary>What the values of a type must be, and which of their names was meant.</summary>
    public static string Requirement(Type kind, string text)
    {
        if (kind.IsEnum)
        {
            string[] names = [.. Names(kind)];
            return OneOf(names) + Spelling.Suggestion(text, names);
        }

        return kind.IsAssignableTo(typeof(Part)) ? Parts.Requirement(kind, text.Split(':')[0])
            : kind == typeof(bool) ? "true or false"
            : kind == typeof(double) ? "a number"
            : kind == typeof(int) ? $"a whole number up to {int.MaxValue}"
            : kind == typeof(long) ? $"a whole number up to {long.MaxValue}"
            : kind == typeof(string) ? "some text"
            : kind == typeof(IReadOnlyList<double>) ? "numbers with commas between them"
            : (string)typeof(OwnOf<>).MakeGenericType(kind).GetField("Requirement")!.GetValue(null)!;
    }

    /// <summary>What a number must be.</summary>
    public static string Range(SettingAttribute range, bool isReal)
    {
        List<string> bounds = [];
        if (double.IsFinite(range.AtLeast) && double.IsFinite(range.AtMost))
        {
            return Invariant($"from {range.AtLeast:0.##########} to {range.AtMost:0.##########}");
        }

        if (double.IsFinite(range.AtLeast))
        {
            bounds.Add(Invariant($"at least {range.AtLeast}"));
        }

        if (double.IsFinite(range.Above))
        {
            bounds.Add(range.Above == 0 && !double.IsFinite(range.Below) ? "positive" : Invariant($"above {range.Above}"));
        }

        if (double.IsFinite(range.Below))
        {
            bounds.Add(Invariant($"below {range.Below}"));
        }
        else if (double.IsFinite(range.AtMost))
        {
            bounds.Add(Invariant($"at most {range.AtMost}"));
        }
        else if (isReal)
        {
            bounds.Add("finite");
        }

        return string.Join(" and ", bounds);

        static string Invariant(FormattableString text) => FormattableString.Invariant(text);
    }

    /// <summary>The few values that a type has, as a command line has them; none where there are many.</summary>
    public static IEnumerable<string> Choices(Type kind)
        => kind.IsEnum ? Names(kind)
            : kind == typeof(bool) ? ["true", "false"]
            : kind.IsAssignableTo(typeof(Part)) ? Parts.Of(kind).Entries.Select(entry => Parts.Form(entry.Default))
            : [];

    /// <summary>"a, b or c".</summary>
    public static string OneOf(IReadOnlyList<string> names)
        => names.Count == 1 ? names[0] : string.Join(", ", names.SkipLast(1)) + " or " + names[^1];

    private static string JsonText(IJsonSetting own)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text))
        {
            own.Write(writer);
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    private static Func<JsonElement, object?> OwnReader(Type kind)
        => (Func<JsonElement, object?>)typeof(OwnOf<>).MakeGenericType(kind).GetField("Read")!.GetValue(null)!;

    private static double? Number(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    private static IEnumerable<string> Names(Type kind) => Enum.GetValues(kind).Cast<Enum>().Select(NameOf);

    private static Enum? EnumOf(Type kind, string text) => Enum.GetValues(kind).Cast<Enum>().FirstOrDefault(value => NameOf(value) == text);

    private static string NameOf(Enum value) => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>What a type says of its JSON.</summary>
    private static class OwnOf<T>
        where T : IJsonSetting
    {
        public static readonly Func<JsonElement, object?> Read = T.Read;

        public static readonly string Requirement = T.Requirement;
    }
}

/// <summary>A value that is an object in JSON.</summary>
internal interface IJsonSetting
{
    /// <summary>What it must be.</summary>
    static abstract string Requirement { get; }

    /// <summary>Reads one; null where it is none.</summary>
    static abstract object? Read(JsonElement json);

    /// <summary>Writes it.</summary>
    void Write(Utf8JsonWriter writer);
}
