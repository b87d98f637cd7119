using System.Text.Json;
using System.Text.Json.Serialization;

namespace LinearTransformers.Prompts.Covariances;

/// <summary>A covariance as JSON: {"U": [d × d numbers, row by row], "D": [d numbers]}. Numbers round-trip.</summary>
internal sealed class CovarianceConverter : JsonConverter<Covariance>
{
    private const string UName = "U";
    private const string DName = "D";

    public override Covariance Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using JsonDocument json = JsonDocument.ParseValue(ref reader);
        try
        {
            JsonElement root = json.RootElement;
            return root.EnumerateObject().Count() == 2
                ? new Covariance(Numbers(root.GetProperty(UName)), Numbers(root.GetProperty(DName)))
                : throw new JsonException();
        }
        catch (Exception exception) when (exception is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new JsonException(null, exception);
        }
    }

    public override void Write(Utf8JsonWriter writer, Covariance value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        Write(writer, UName, value.U);
        Write(writer, DName, value.D);
        writer.WriteEndObject();
    }

    private static float[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetSingle())];

    private static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<float> numbers)
    {
        // On one line each, also where everything else is indented.
        writer.WritePropertyName(name);
        writer.WriteRawValue(JsonSerializer.SerializeToUtf8Bytes([.. numbers], NumbersContext.Default.SingleArray));
    }
}

[JsonSerializable(typeof(float[]))]
internal sealed partial class NumbersContext : JsonSerializerContext;
