using System.Globalization;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Exact;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Output;

/// <summary>Exact optima as text and as JSON, each as soon as it is known.</summary>
internal static class TheoryTable
{
    /// <summary>About the longest description.</summary>
    private const int Width = 62;

    public static void Write(TextWriter writer, IEnumerable<ExactRow> rows, int layers, TrainingSettings settings)
    {
        string noise = settings.Noise.IsZero ? "" : $", noise {settings.Noise}";
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted.Of(layers, "layer")}, N = {settings.ContextLength}, d = {settings.Dimension}{noise}"));
        writer.WriteLine();
        bool isFirst = true;
        foreach (ExactRow row in rows)
        {
            if (isFirst)
            {
                writer.WriteLine($"{"".PadRight(Width)}  {"least loss",12}  at");
                isFirst = false;
            }

            string loss = row.Loss.ToString("G7", CultureInfo.InvariantCulture);
            IEnumerable<string> parameters = (row.Parameters ?? [])
                .Select(parameter => parameter.ToString("0.000000", CultureInfo.InvariantCulture));
            string error = row.StandardError is { } se ? $"± {se.ToString("G2", CultureInfo.InvariantCulture)}" : "";
            writer.WriteLine($"{row.Description.PadRight(Width)}  {loss,12}  {error}{string.Join("  ", parameters)}".TrimEnd());
        }

        if (isFirst)
        {
            writer.WriteLine("nothing exact is known for these settings");
        }
    }

    public static string ToJson(ExactRow row, TrainingSettings settings) => JsonLines.Compose(json =>
    {
        json.WriteString("family", row.Family);
        JsonLines.WriteNumber(json, "layers", row.Layers);
        json.WriteNumber("N", settings.ContextLength);
        json.WriteNumber("d", settings.Dimension);
        json.WriteNumber("noise", Math.Sqrt(settings.Noise.Variance));
        LogLineJson.WriteNumber(json, "loss", row.Loss);
        LogLineJson.WriteNumber(json, "standardError", row.StandardError ?? double.NaN);
        JsonLines.WriteNumbers(json, "parameters", row.Parameters);
        json.WriteString("description", row.Description);
    });
}
