using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>
/// Settings as JSON: every setting under its published name, those of parts beside the others, unknown ones refused. Beside them may stand
/// "version", that of the run folder whose <c>config.json</c> it is; without it the text is of version 1.
/// </summary>
public static class SettingsJson
{
    private const char ByteOrderMark = '\uFEFF';

    /// <summary>Settings as an indented JSON object, without a version.</summary>
    public static string Write(TrainingSettings settings) => Write(settings, isIndented: true, hasVersion: false) + "\n";

    /// <summary>A run's <c>config.json</c>: its settings and the version.</summary>
    internal static string WriteConfig(TrainingSettings settings) => Write(settings, isIndented: true, hasVersion: true) + "\n";

    /// <summary>Settings as a JSON object on one line, without its end.</summary>
    internal static string WriteLine(TrainingSettings settings) => Write(settings, isIndented: false, hasVersion: false);

    /// <summary>
    /// Settings from a JSON object; what it leaves out has its default. A setting of a part that is not chosen is checked and left.
    /// </summary>
    /// <exception cref="FormatException">The text is no such object, or of a newer version; the message says where.</exception>
    /// <exception cref="SettingException">A setting makes no sense.</exception>
    public static TrainingSettings Read(string json) => Read(json, takesAbsent: false);

    /// <summary>
    /// The settings of a run, which another program may have made that has more parts: what stands for one has it as text, and behind it
    /// the settings that follow and are not known.
    /// </summary>
    /// <inheritdoc cref="Read(string)"/>
    internal static TrainingSettings ReadOfRun(string json) => Read(json, takesAbsent: true);

    private static TrainingSettings Read(string json, bool takesAbsent)
    {
        ArgumentNullException.ThrowIfNull(json);
        json = json.TrimStart(ByteOrderMark);
        TrainingSettings settings;
        try
        {
            CheckObject(json);
            CheckVersion(json);
            settings = SettingNames.Apply(new TrainingSettings(), Values(json, takesAbsent));
        }
        catch (JsonException exception)
        {
            throw new FormatException($"line {exception.LineNumber + 1}: {NoJson(exception, json)}", exception);
        }

        settings.Validate();
        return settings;
    }

    private static string Write(TrainingSettings settings, bool isIndented, bool hasVersion)
    {
        ArgumentNullException.ThrowIfNull(settings);
        using MemoryStream text = new();
        using (Utf8JsonWriter writer =
            new(text, new() { Indented = isIndented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (hasVersion)
            {
                writer.WriteNumber(RunFormat.VersionKey, RunFormat.Version);
            }

            foreach ((SettingDeclaration setting, object owner) in SettingTree.Flatten(settings))
            {
                object? value = setting.Get(owner);
                if (value is not null || !setting.IsOmittedIfNull)
                {
                    SettingValue.Write(writer, setting.Name, value);
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>Refuses a version that is not known, before all else: a newer one may have settings that we have not.</summary>
    private static void CheckVersion(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        Utf8JsonReader reader = new(text);
        while (reader.Read())
        {
            if (reader.TokenType is not JsonTokenType.PropertyName || reader.CurrentDepth != 1
                || !reader.ValueTextEquals(RunFormat.VersionKey))
            {
                continue;
            }

            int line = LineOf(text, reader.TokenStartIndex);
            reader.Read();
            if (reader.TokenType is not JsonTokenType.Number || !reader.TryGetInt32(out int version) || version < 1)
            {
                throw new FormatException(
                    $"line {line}: {RunFormat.VersionKey} must be a whole number from 1 to {RunFormat.Version}, or left out");
            }

            if (version > RunFormat.Version)
            {
                throw new FormatException(
                    $"line {line}: {RunFormat.VersionKey} is {version}, and this program reads versions up to {RunFormat.Version}: take "
                        + "a newer program");
            }
        }
    }

    /// <summary>Refuses JSON that is no object.</summary>
    private static void CheckObject(string json)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            throw new FormatException("line 1: it is empty: it must be a JSON object such as {\"alg\": \"sgd\"}");
        }

        using JsonDocument document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind is not JsonValueKind.Object)
        {
            string what = Wording.Short(document.RootElement.GetRawText().ReplaceLineEndings(" "));
            throw new FormatException($"line 1: it is {what}: it must be a JSON object such as {{\"alg\": \"sgd\"}}");
        }
    }

    /// <summary>What stands where JSON has something else.</summary>
    private static string NoJson(JsonException exception, string json)
    {
        string line = json.Split('\n').ElementAtOrDefault((int)(exception.LineNumber ?? 0)) ?? "";
        byte[] bytes = Encoding.UTF8.GetBytes(line);
        int place = Encoding.UTF8.GetCharCount(bytes, 0, (int)Math.Min(exception.BytePositionInLine ?? 0, bytes.Length));
        string rest = line[place..].TrimEnd();
        string what = rest.Length == 0 ? "the text ends too early, or a line of it does" : $"there is {Wording.Short(rest)}";
        string known = rest.StartsWith('/') || rest.StartsWith('#') ? "; JSON has no comments"
            : rest.StartsWith('\'') ? "; JSON has double quotes"
            : rest.StartsWith('}') || rest.StartsWith(']') ? "; JSON has no comma before it"
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"it is not JSON from character {place + 1} on, where {what}{known}");
    }

    /// <summary>
    /// The values by name, with their lines. Refuses names that no setting has, with the one that was meant, and those that are there
    /// twice.
    /// </summary>
    private static List<(string Name, Func<SettingDeclaration, object?> Read)> Values(string json, bool takesAbsent)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        Utf8JsonReader reader = new(text);
        HashSet<string> seen = [];
        List<(string, Func<SettingDeclaration, object?>)> values = [];
        StringBuilder? absent = null;
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            int line = LineOf(text, reader.TokenStartIndex);
            SettingDeclaration? known = SettingNames.Find(name);
            if (name != RunFormat.VersionKey && known is null && absent is null)
            {
                throw new FormatException($"line {line}: there is no setting {Wording.Short(name)}{SettingNames.Suggestion(name)}");
            }

            if (!seen.Add(name))
            {
                throw new FormatException($"line {line}: {Wording.Short(name)} is there twice: each setting may be there once");
            }

            reader.Read();
            using JsonDocument document = JsonDocument.ParseValue(ref reader);
            JsonElement value = document.RootElement.Clone();
            if (takesAbsent && known is { IsPart: true } && value.ValueKind is JsonValueKind.String
                && Parts.IsAbsent(known.Kind, value.GetString()!))
            {
                StringBuilder part = absent = new StringBuilder(value.GetString());
                values.Add((name, setting => Parts.Of(setting.Kind).Absent(part.ToString())));
            }
            else if (known is not null)
            {
                values.Add((name, setting => Value(setting, value, line)));
            }
            else if (name != RunFormat.VersionKey)
            {
                absent!.Append(CultureInfo.InvariantCulture, $", {name} {value.GetRawText()}");
            }
        }

        return values;
    }

    /// <summary>A setting's value.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    private static object? Value(SettingDeclaration setting, JsonElement json, int line)
    {
        if (json.ValueKind is JsonValueKind.Null && setting.IsNullable)
        {
            return null;
        }

        string raw = json.GetRawText().ReplaceLineEndings(" ");
        try
        {
            return SettingValue.Read(setting.Name, setting.Kind, json)
                ?? throw new SettingException(
                    setting.Name,
                    Wording.Short(raw),
                    SettingValue.Requirement(setting.Kind, raw.Trim('"')) + (setting.IsNullable ? ", or null" : ""));
        }
        catch (SettingException exception)
        {
            throw new FormatException($"line {line}: {exception.Message}", exception);
        }
    }

    private static int LineOf(ReadOnlySpan<byte> text, long offset) => text[..(int)offset].Count((byte)'\n') + 1;
}
