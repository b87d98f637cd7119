using System.Buffers;
using System.Text;
using System.Text.Json;

namespace LinearTransformers.Training;

/// <summary>
/// Log lines as JSON: {"iteration":t,"loss":…,"gradientNorm":…}. Numbers round-trip; a number that is not finite is null.
/// </summary>
public static class LogLineJson
{
    /// <summary>One line, without its end.</summary>
    public static string Write(LogLine line)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("iteration", line.Iteration);
            WriteNumber(json, "loss", line.Loss);
            WriteNumber(json, "gradientNorm", line.GradientNorm);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">It is not such a line.</exception>
    public static LogLine Read(string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            return new LogLine(root.GetProperty("iteration").GetInt32(), ReadNumber(root, "loss"), ReadNumber(root, "gradientNorm"));
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new FormatException("not a log line {\"iteration\":…,\"loss\":…,\"gradientNorm\":…}", exception);
        }
    }

    /// <summary>A number, or null where JSON has none.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static double ReadNumber(JsonElement root, string name)
    {
        JsonElement value = root.GetProperty(name);
        double number = value.ValueKind is JsonValueKind.Null ? double.NaN : value.GetDouble();
        return double.IsInfinity(number) ? throw new FormatException($"{name} is {value.GetRawText()}, which no number is") : number;
    }
}
