using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using LinearTransformers.Models;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Storage;

namespace LinearTransformers.Training;

/// <summary>Settings as JSON: every setting under its published name, unknown ones refused.</summary>
public static class SettingsJson
{
    /// <summary>Settings as an indented JSON object.</summary>
    public static string Write(TrainingSettings settings)
        => JsonSerializer.Serialize(settings, SettingsContext.Default.TrainingSettings) + "\n";

    /// <summary>Settings from a JSON object; what it leaves out has its default.</summary>
    /// <exception cref="FormatException">The text is no such object; the message says where.</exception>
    /// <exception cref="SettingException">A setting makes no sense.</exception>
    public static TrainingSettings Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        TrainingSettings settings;
        try
        {
            CheckNames(json);

            // The text is read by itself first, for errors that say its line; the serializer would take what is left out as zero.
            _ = JsonSerializer.Deserialize(json, SettingsContext.Default.TrainingSettings)
                ?? throw new FormatException("the settings are null: they must be an object");
            JsonObject whole = JsonNode.Parse(Write(new TrainingSettings()))!.AsObject();
            foreach ((string name, JsonNode? value) in JsonNode.Parse(json)!.AsObject())
            {
                whole[name] = value?.DeepClone();
            }

            settings = whole.Deserialize(SettingsContext.Default.TrainingSettings)!;
        }
        catch (JsonException exception)
        {
            throw new FormatException($"line {exception.LineNumber + 1}: {WrongValue(exception, json) ?? Wording.OneLine(exception.Message.Split(" Path:")[0].Split(" LineNumber:")[0])}", exception);
        }

        settings.Validate();
        return settings;
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
            int line = text.AsSpan(0, (int)reader.TokenStartIndex).Count((byte)'\n') + 1;
            if (!SettingNames.IsKnown(name))
            {
                throw new FormatException($"line {line}: there is no setting {Wording.Short(name)}{SettingNames.Suggestion(name)}");
            }

            if (!seen.Add(name))
            {
                throw new FormatException($"line {line}: {Wording.Short(name)} is there twice: each setting may be there once");
            }
        }
    }

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
            return new SettingException(name, Wording.Short(document.RootElement.GetProperty(name).GetRawText().ReplaceLineEndings(" ")), SettingNames.Requirement(name)).Message;
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
