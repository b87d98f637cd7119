using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Storage;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>How a run of a sweep ended, kept in its folder as <c>score.json</c>, so that it is scored once.</summary>
/// <param name="Status">finished or diverged.</param>
/// <param name="Iteration">The iterations that it has done.</param>
/// <param name="Prompts">Fresh prompts that its losses are means over.</param>
/// <param name="Loss">Of its last parameters; NaN where it diverged.</param>
/// <param name="StandardError">Of that, over prompts.</param>
/// <param name="LeastLoss">The least of its loss and those of the snapshots along its way.</param>
/// <param name="Floor">The exact floor; NaN where theory has none.</param>
/// <param name="Seconds">Seconds spent on training.</param>
public sealed record PointScore(
    RunStatus Status, int Iteration, int Prompts, double Loss, double StandardError, double LeastLoss, double Floor, double Seconds)
{
    private const string Name = "score.json";
    private const int Version = 1;

    /// <summary>How many times its floor a loss is: 1 for a run that reached it. NaN where there is no floor.</summary>
    public double Excess => Loss / Floor;

    /// <summary>The score of a point in its run's folder; null where there is none, or one of another run, or of fewer prompts.</summary>
    /// <param name="path">The run's folder.</param>
    /// <param name="settings">The point's settings.</param>
    /// <param name="prompts">The prompts that it should be scored on.</param>
    internal static PointScore? Read(string path, TrainingSettings settings, int prompts)
    {
        string file = Path.Combine(path, Name);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            JsonElement json = document.RootElement;
            PointScore score = new(
                json.GetProperty("status").GetString() == "finished" ? RunStatus.Finished : RunStatus.Diverged,
                json.GetProperty("iteration").GetInt32(),
                json.GetProperty("prompts").GetInt32(),
                Number(json, "loss"),
                Number(json, "standardError"),
                Number(json, "leastLoss"),
                Number(json, "floor"),
                Number(json, "seconds"));
            if (json.GetProperty("version").GetInt32() != Version || score.Prompts != prompts)
            {
                return null;
            }

            // Whoever wrote the run's state later, or wrote the score of other settings, is asked what the folder holds now.
            return json.GetProperty("settings").GetString() == HashOf(settings)
                && File.GetLastWriteTimeUtc(Path.Combine(path, "state.safetensors")) <= File.GetLastWriteTimeUtc(file)
                ? score
                : RunSummary.Of(path).Directory is { } run && run.Settings == settings && (run.Status, run.Iteration)
                    == (score.Status, score.Iteration) ? score : null;
        }
        catch (Exception exception) when (
            exception is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException
                or FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a folder seems to have a score, which is quick to see.</summary>
    internal static bool IsIn(string path) => File.Exists(Path.Combine(path, Name));

    /// <summary>Writes it into the run's folder.</summary>
    internal void Write(string path, TrainingSettings settings)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteString("status", Status.ToString().ToLowerInvariant());
            json.WriteNumber("iteration", Iteration);
            json.WriteNumber("prompts", Prompts);
            LogLineJson.WriteNumber(json, "loss", Loss);
            LogLineJson.WriteNumber(json, "standardError", StandardError);
            LogLineJson.WriteNumber(json, "leastLoss", LeastLoss);
            LogLineJson.WriteNumber(json, "floor", Floor);
            LogLineJson.WriteNumber(json, "seconds", Math.Round(Seconds, 3));
            json.WriteString("settings", HashOf(settings));
            json.WriteEndObject();
        }

        AtomicFile.WriteAllText(Path.Combine(path, Name), Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n");
    }

    private static string HashOf(TrainingSettings settings)
        => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(SettingsJson.Write(settings))))[..16];

    private static double Number(JsonElement json, string name)
        => json.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetDouble() : double.NaN;
}
