using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LinearTransformers.Exchange;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Output;

/// <summary>Lines of JSON output.</summary>
internal static class JsonLines
{
    public static string Done(int iterations, double seconds, double finalLoss) => Compose(json =>
    {
        json.WriteBoolean("done", true);
        json.WriteNumber("iterations", iterations);
        json.WriteNumber("seconds", Math.Round(seconds, 3));
        LogLineJson.WriteNumber(json, "finalLoss", finalLoss);
    });

    public static string Done(ExperimentResult result, double seconds) => Compose(json =>
    {
        json.WriteBoolean("done", true);
        json.WriteString("experiment", result.Experiment);
        json.WriteNumber("seconds", Math.Round(seconds, 3));
        json.WriteNumber("match", result.Rows.Count(row => row.Verdict is Verdict.Match));
        json.WriteNumber("short", result.Rows.Count(row => row.Verdict is Verdict.Short));
        json.WriteString("results", result.ResultsPath);
    });

    /// <summary>Runs that were imported, and the file of the other numbers where there is one.</summary>
    public static string Imported(IEnumerable<(PublishedRun Run, TrainingSettings Settings, string Folder)> runs, string? values) => Compose(json =>
    {
        json.WriteBoolean("done", true);
        json.WriteStartArray("runs");
        foreach ((PublishedRun run, TrainingSettings settings, string folder) in runs)
        {
            json.WriteStartObject();
            json.WriteString("path", folder);
            json.WriteNumber("snapshots", run.Count);
            json.WriteNumber("firstIteration", run.FirstIteration);
            json.WriteNumber("lastIteration", run.LastIteration(settings.HistoryStride));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteFiles(json, values is null ? [] : [values]);
    });

    /// <summary>A file that was exported.</summary>
    public static string Exported(string path) => Compose(json =>
    {
        json.WriteBoolean("done", true);
        WriteFiles(json, path);
    });

    private static void WriteFiles(Utf8JsonWriter json, params IEnumerable<string> files)
    {
        json.WriteStartArray("files");
        foreach (string file in files)
        {
            json.WriteStringValue(file);
        }

        json.WriteEndArray();
    }

    /// <summary>JSON text as a property within an object.</summary>
    public static void Embed(Utf8JsonWriter json, string name, string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        json.WritePropertyName(name);
        document.RootElement.WriteTo(json);
    }

    /// <summary>An object on one line, without its end.</summary>
    public static string Compose(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
