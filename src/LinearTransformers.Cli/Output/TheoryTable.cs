using System.Globalization;
using LinearTransformers.Experiments;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Output;

/// <summary>Exact optima as text and as JSON, each as soon as it is known.</summary>
internal static class TheoryTable
{
    /// <summary>About the longest description.</summary>
    private const int Width = 62;

    public static void Write(TextWriter writer, IEnumerable<TheoryRow> rows, int layers, int contextLength, int dimension)
    {
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Counted.Of(layers, "layer")}, N = {contextLength}, d = {dimension}"));
        writer.WriteLine();
        writer.WriteLine($"{"".PadRight(Width)}  {"least loss",12}  at");
        foreach (TheoryRow row in rows)
        {
            string loss = row.Loss.ToString("G7", CultureInfo.InvariantCulture);
            IEnumerable<string> parameters = (row.Parameters ?? [])
                .Select(parameter => parameter.ToString("0.000000", CultureInfo.InvariantCulture));
            writer.WriteLine($"{row.Description.PadRight(Width)}  {loss,12}  {string.Join("  ", parameters)}".TrimEnd());
        }
    }

    public static string ToJson(TheoryRow row, int contextLength, int dimension) => JsonLines.Compose(json =>
    {
        json.WriteString("family", row.Family);
        JsonLines.WriteNumber(json, "layers", row.Layers);
        json.WriteNumber("N", contextLength);
        json.WriteNumber("d", dimension);
        json.WriteNumber("noise", 0);
        LogLineJson.WriteNumber(json, "loss", row.Loss);
        JsonLines.WriteNumbers(json, "parameters", row.Parameters);
        json.WriteString("description", row.Description);
    });
}
