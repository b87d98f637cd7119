using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Results;

/// <summary>results.json: {"rows": […], "details": […]}, each a <see cref="ResultRow"/>; what is missing is null.</summary>
public static class ResultsJson
{
    /// <summary>A whole file.</summary>
    public static string Write(IReadOnlyList<ResultRow> rows, IReadOnlyList<ResultRow> details)
        => Compose(indented: true, json =>
        {
            json.WriteStartObject();
            WriteArray(json, "rows", rows);
            WriteArray(json, "details", details);
            json.WriteEndObject();
        }) + "\n";

    /// <summary>
    /// Reads a whole file that <see cref="Write(IReadOnlyList{ResultRow}, IReadOnlyList{ResultRow})"/> wrote. Of our number, null is NaN.
    /// </summary>
    /// <param name="utf8">All of it.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="FormatException">It is none; the message is a line with the file, the place and the reason.</exception>
    public static (IReadOnlyList<ResultRow> Rows, IReadOnlyList<ResultRow> Details) Read(ReadOnlyMemory<byte> utf8, string file)
        => ResultsReader.Read(utf8, file);

    /// <summary>One row on one line, without its end.</summary>
    public static string Write(ResultRow row) => Compose(indented: false, json => Write(json, row));

    private static string Compose(bool indented, Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json =
            new(buffer, new JsonWriterOptions { Indented = indented, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IReadOnlyList<ResultRow> rows)
    {
        json.WriteStartArray(name);
        foreach (ResultRow row in rows)
        {
            Write(json, row);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, ResultRow row)
    {
        json.WriteStartObject();
        json.WriteString("experiment", row.Experiment);
        json.WriteString("quantity", row.Quantity);
        LogLineJson.WriteNumber(json, "published", row.Published ?? double.NaN);
        LogLineJson.WriteNumber(json, "exact", row.Exact ?? double.NaN);
        LogLineJson.WriteNumber(json, "ours", row.Ours);
        json.WriteString("tolerance", row.Tolerance);
        json.WriteString("verdict", row.Verdict.ToString().ToLowerInvariant());
        json.WriteEndObject();
    }
}
