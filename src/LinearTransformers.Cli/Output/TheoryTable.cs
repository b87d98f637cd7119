using System.Globalization;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Output;

/// <summary>Exact optima as text and as JSON.</summary>
internal static class TheoryTable
{
    public static void Write(TextWriter writer, IReadOnlyList<TheoryRow> rows, int layers, int contextLength, int dimension)
    {
        int width = rows.Max(row => row.Family.Length);
        writer.WriteLine($"{layers} layers, N = {contextLength}, d = {dimension}");
        writer.WriteLine();
        writer.WriteLine($"{"".PadRight(width)}  {"least loss",12}  at");
        foreach (TheoryRow row in rows)
        {
            string parameters = string.Join("  ", row.Parameters.Select(parameter => parameter.ToString("0.000000", CultureInfo.InvariantCulture)));
            writer.WriteLine($"{row.Family.PadRight(width)}  {row.Loss.ToString("G7", CultureInfo.InvariantCulture),12}  {parameters}".TrimEnd());
        }
    }

    public static string ToJson(TheoryRow row) => JsonLines.Compose(json =>
    {
        json.WriteString("family", row.Family);
        LogLineJson.WriteNumber(json, "loss", row.Loss);
        json.WriteStartArray("parameters");
        foreach (double parameter in row.Parameters)
        {
            json.WriteNumberValue(parameter);
        }

        json.WriteEndArray();
    });
}
