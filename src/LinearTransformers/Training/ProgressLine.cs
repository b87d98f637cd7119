using System.Buffers;
using System.Text;
using System.Text.Json;

namespace LinearTransformers.Training;

/// <summary>
/// How far a run had come at a moment while it was being written, a line of <c>progress.jsonl</c>:
/// {"iteration":t,"loss":…,"gradientNorm":…,"learningRate":…,"seconds":…}. Numbers round-trip; a number that is not finite is null.
/// </summary>
/// <param name="Iteration">The last iteration done, from 0.</param>
/// <param name="Loss">The loss of its batch, before its step.</param>
/// <param name="GradientNorm">The norm of the whole gradient there, before clipping.</param>
/// <param name="LearningRate">The learning rate of its step.</param>
/// <param name="Seconds">Seconds spent on the run until then, those of earlier sittings too.</param>
public readonly record struct ProgressLine(int Iteration, double Loss, double GradientNorm, double LearningRate, double Seconds)
{
    /// <summary>As JSON, without the line's end.</summary>
    public string ToJson()
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("iteration", Iteration);
            LogLineJson.WriteNumber(json, "loss", Loss);
            LogLineJson.WriteNumber(json, "gradientNorm", GradientNorm);
            LogLineJson.WriteNumber(json, "learningRate", LearningRate);
            LogLineJson.WriteNumber(json, "seconds", Seconds);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where it is not such a line, as one that is cut off.</summary>
    public static ProgressLine? Read(string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement root = json.RootElement;
            return new ProgressLine(
                root.GetProperty("iteration").GetInt32(), Number("loss"), Number("gradientNorm"), Number("learningRate"),
                    Number("seconds"));

            double Number(string name)
            {
                JsonElement value = root.GetProperty(name);
                return value.ValueKind is JsonValueKind.Null ? double.NaN : value.GetDouble();
            }
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
