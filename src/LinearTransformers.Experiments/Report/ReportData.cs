using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>What the page's script draws: loss curves, and matrices along runs, thinned to what an eye can tell apart.</summary>
internal static class ReportData
{
    private const int MostPoints = 600;
    private const int MostSnapshots = 80;
    private const int MostRunsWithMatrices = 6;

    /// <summary>{"curves": […], "matrices": […]} of a folder's runs.</summary>
    public static string Of(ReportFolder folder)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteStartArray("curves");
            foreach (RunDirectory run in folder.Runs)
            {
                WriteCurve(json, run);
            }

            json.WriteEndArray();
            json.WriteStartArray("matrices");
            foreach (RunDirectory run in folder.Runs.Where(HasMatrices).OrderBy(run => run.Settings.Seed).Take(MostRunsWithMatrices))
            {
                WriteMatrices(json, run);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static bool HasMatrices(RunDirectory run)
        => run.Settings is { Model: ModelKind.LinearTransformer, Heads: 1, Dimension: <= 12, Precision: Precision.Single };

    private static void WriteCurve(Utf8JsonWriter json, RunDirectory run)
    {
        LogLine[] lines = [.. run.ReadLog().Where(line => double.IsFinite(line.Loss))];
        int stride = Math.Max(1, (lines.Length + MostPoints - 1) / MostPoints);
        LogLine[] shown = [.. lines.Where((_, i) => i % stride == 0 || i == lines.Length - 1)];
        json.WriteStartObject();
        json.WriteString("name", Name(run));
        json.WriteStartArray("x");
        foreach (LogLine line in shown)
        {
            json.WriteNumberValue(line.Iteration);
        }

        json.WriteEndArray();
        WriteNumbers(json, "loss", shown.Select(line => line.Loss));
        WriteNumbers(json, "gradient", shown.Select(line => line.GradientNorm));
        json.WriteEndObject();
    }

    private static void WriteMatrices(Utf8JsonWriter json, RunDirectory run)
    {
        History<float> history = run.ReadHistory<float>();
        PaperMatrix[] matrices = [.. run.Settings.ZeroP ? PaperMatrix.Queries(run.Settings.Shape) : PaperMatrix.Of(run.Settings.Shape)];
        int stride = Math.Max(1, (history.Count + MostSnapshots - 1) / MostSnapshots);
        int[] snapshots = [.. Enumerable.Range(0, history.Count).Where(i => i % stride == 0 || i == history.Count - 1)];
        json.WriteStartObject();
        json.WriteString("name", Name(run));
        json.WriteNumber("size", run.Settings.Dimension);
        json.WriteStartArray("labels");
        foreach (PaperMatrix matrix in matrices)
        {
            json.WriteStringValue(matrix.IsQuery && history.Covariance is not null ? $"D Uᵀ {matrix.Label} U D" : matrix.Label);
        }

        json.WriteEndArray();
        json.WriteStartArray("x");
        foreach (int i in snapshots)
        {
            json.WriteNumberValue(history.Iterations[i]);
        }

        json.WriteEndArray();
        json.WriteStartArray("entries");
        foreach (int i in snapshots)
        {
            double[] parameters = [.. history[i].ToArray().Select(entry => (double)entry)];
            WriteNumbers(json, null, matrices.SelectMany(matrix => Entries(parameters, matrix, run.Settings.Shape.MatrixSize, history.Covariance)));
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static double[] Entries(double[] parameters, PaperMatrix matrix, int count, Covariance? covariance)
    {
        double[] entries = parameters[matrix.Offset..(matrix.Offset + count)];
        return matrix.IsQuery && covariance is not null ? CovarianceBasis.Of(covariance, entries) : entries;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string? name, IEnumerable<double> numbers)
    {
        if (name is null)
        {
            json.WriteStartArray();
        }
        else
        {
            json.WriteStartArray(name);
        }

        foreach (double number in numbers)
        {
            if (double.IsFinite(number))
            {
                json.WriteRawValue(number.ToString("G4", CultureInfo.InvariantCulture));
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }

    private static string Name(RunDirectory run) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run.Path)));
}
