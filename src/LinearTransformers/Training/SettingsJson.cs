using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Networks;
using LinearTransformers.Settings;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>
/// Settings as JSON: every setting under its published name, unknown ones refused. Beside them may stand "version", that of the run
/// folder whose <c>config.json</c> it is; without it the text is of version 1.
/// </summary>
public static class SettingsJson
{
    private const char ByteOrderMark = '\uFEFF';

    private static readonly JsonTypeInfo<TrainingSettings> WithVersion = AddVersion(SettingsContext.Default.Options);

    private static readonly JsonTypeInfo<TrainingSettings> OnOneLine
        = (JsonTypeInfo<TrainingSettings>)new JsonSerializerOptions(SettingsContext.Default.Options) { WriteIndented = false }.GetTypeInfo(typeof(TrainingSettings));

    /// <summary>Settings as an indented JSON object, without a version.</summary>
    public static string Write(TrainingSettings settings)
        => JsonSerializer.Serialize(settings, SettingsContext.Default.TrainingSettings) + "\n";

    /// <summary>A run's <c>config.json</c>: its settings and the version.</summary>
    internal static string WriteConfig(TrainingSettings settings) => JsonSerializer.Serialize(settings, WithVersion) + "\n";

    /// <summary>Settings as a JSON object on one line, without its end.</summary>
    internal static string WriteLine(TrainingSettings settings) => JsonSerializer.Serialize(settings, OnOneLine);

    /// <summary>Settings from a JSON object; what it leaves out has its default.</summary>
    /// <exception cref="FormatException">The text is no such object, or of a newer version; the message says where.</exception>
    /// <exception cref="SettingException">A setting makes no sense.</exception>
    public static TrainingSettings Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json = json.TrimStart(ByteOrderMark);
        TrainingSettings settings;
        try
        {
            CheckObject(json);
            CheckVersion(json);
            CheckNames(json);

            // The text is read by itself first, for errors that say its line; the serializer would take what is left out as zero.
            _ = JsonSerializer.Deserialize(json, WithVersion);
            JsonObject whole = JsonNode.Parse(Write(new TrainingSettings()))!.AsObject();
            foreach ((string name, JsonNode? value) in JsonNode.Parse(json)!.AsObject())
            {
                whole[name] = value?.DeepClone();
            }

            settings = whole.Deserialize(WithVersion)!;
        }
        catch (JsonException exception)
        {
            throw new FormatException($"line {exception.LineNumber + 1}: {WrongValue(exception, json) ?? NoJson(exception, json)}", exception);
        }

        settings.Validate();
        return settings;
    }

    /// <summary>The settings' contract with the version as one more property, written first and not kept when it is read.</summary>
    private static JsonTypeInfo<TrainingSettings> AddVersion(JsonSerializerOptions options)
    {
        JsonSerializerOptions changed = new(options)
        {
            TypeInfoResolver = SettingsContext.Default.WithAddedModifier(static info =>
            {
                if (info.Type == typeof(TrainingSettings))
                {
                    JsonPropertyInfo version = info.CreateJsonPropertyInfo(typeof(int), RunFormat.VersionKey);
                    version.Get = static _ => RunFormat.Version;
                    version.Set = static (_, _) => { };
                    version.Order = -1;
                    info.Properties.Add(version);
                }
            }),
        };
        return (JsonTypeInfo<TrainingSettings>)changed.GetTypeInfo(typeof(TrainingSettings));
    }

    /// <summary>Refuses a version that is not known, before all else: a newer one may have settings that we have not.</summary>
    private static void CheckVersion(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        Utf8JsonReader reader = new(text);
        while (reader.Read())
        {
            if (reader.TokenType is not JsonTokenType.PropertyName || reader.CurrentDepth != 1 || !reader.ValueTextEquals(RunFormat.VersionKey))
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

    /// <summary>Refuses names that no setting has, with the one that was meant, and those that are there twice.</summary>
    private static void CheckNames(string json)
    {
        byte[] text = Encoding.UTF8.GetBytes(json);
        Utf8JsonReader reader = new(text);
        HashSet<string> seen = [];
        while (reader.Read())
        {
            if (reader.TokenType is not JsonTokenType.PropertyName || reader.CurrentDepth != 1)
            {
                continue;
            }

            string name = reader.GetString()!;
            int line = LineOf(text, reader.TokenStartIndex);
            if (name != RunFormat.VersionKey && !SettingNames.IsKnown(name))
            {
                throw new FormatException($"line {line}: there is no setting {Wording.Short(name)}{SettingNames.Suggestion(name)}");
            }

            if (!seen.Add(name))
            {
                throw new FormatException($"line {line}: {Wording.Short(name)} is there twice: each setting may be there once");
            }
        }
    }

    private static int LineOf(ReadOnlySpan<byte> text, long offset) => text[..(int)offset].Count((byte)'\n') + 1;

    /// <summary>If a setting's value could not be read, that it could not and what would be right.</summary>
    private static string? WrongValue(JsonException exception, string json)
    {
        if (exception.Path is not ['$', '.', .. string name] || !SettingNames.IsKnown(name))
        {
            return null;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            string value = document.RootElement.GetProperty(name).GetRawText().ReplaceLineEndings(" ");
            return new SettingException(name, Wording.Short(value), SettingNames.Requirement(name, value.Trim('"'))).Message;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Enumerations in lower case with hyphens, never as numbers.</summary>
internal sealed class NamesConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

[JsonSourceGenerationOptions(
    WriteIndented = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    Converters =
    [
        typeof(NamesConverter<ModelKind>),
        typeof(NamesConverter<Activation>),
        typeof(NamesConverter<PromptMode>),
        typeof(NamesConverter<NetworkSharing>),
        typeof(NamesConverter<Algorithm>),
        typeof(NamesConverter<ClipScope>),
        typeof(NamesConverter<LineSearch>),
        typeof(NamesConverter<CovarianceKind>),
        typeof(NamesConverter<StreamKind>),
        typeof(NamesConverter<Precision>),
    ])]
[JsonSerializable(typeof(TrainingSettings))]
internal sealed partial class SettingsContext : JsonSerializerContext;
