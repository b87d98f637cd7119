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
        TrainingSettings settings;
        try
        {
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
            throw new FormatException($"line {exception.LineNumber + 1}: {Wording.OneLine(exception.Message.Split(" Path:")[0])}", exception);
        }

        catch (ArgumentException exception)
        {
            throw new FormatException("a setting is there twice: each may be there once", exception);
        }

        settings.Validate();
        return settings;
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
