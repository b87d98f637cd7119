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
    public static string Imported(IEnumerable<(PublishedRun Run, TrainingSettings Settings, string Folder)> runs, string? values)
        => Compose(json =>
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

    /// <summary>Files that were written, by their paths.</summary>
    public static void WriteFiles(Utf8JsonWriter json, params IEnumerable<string> files)
    {
        json.WriteStartArray("files");
        foreach (string file in files)
        {
            json.WriteStringValue(file);
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// Numbers that a figure is described with, [{"name": …, "value": …}, …]: the names are for people, the keys for programs.
    /// </summary>
    public static void WriteNotes(Utf8JsonWriter json, IEnumerable<(string Name, double Value)> notes)
    {
        json.WriteStartArray("numbers");
        foreach ((string name, double value) in notes)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            LogLineJson.WriteNumber(json, "value", value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>A whole number, or null where there is none.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    /// <summary>An array of numbers, null for each that is not finite; null where there is no array.</summary>
    public static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<double>? values)
    {
        if (values is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        foreach (double value in values)
        {
            if (double.IsFinite(value))
            {
                json.WriteNumberValue(value);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }

    /// <summary>JSON text as a property within an object; null where there is none, or what is there is no JSON.</summary>
    public static void Embed(Utf8JsonWriter json, string name, string? text)
    {
        json.WritePropertyName(name);
        try
        {
            using JsonDocument? document = text is null ? null : JsonDocument.Parse(text);
            if (document is null)
            {
                json.WriteNullValue();
            }
            else
            {
                document.RootElement.WriteTo(json);
            }
        }
        catch (JsonException)
        {
            json.WriteNullValue();
        }
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
