using System.Numerics;
using System.Text.Json;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Models;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>The parameter matrices along some runs, one of each group, as the page's script draws them.</summary>
internal static class ReportMatrices
{
    private const int MostSnapshots = 80;
    private const int MostRuns = 24;
    private const int MostDimensions = 12;

    /// <summary>Of all matrices together: some four megabytes.</summary>
    private const int MostEntriesInAll = 500_000;

    /// <summary>What is not shown, in a sentence; empty where all is.</summary>
    public static string LeftOut(ReportFolder folder)
    {
        int with = folder.Groups.All.Count(group => HasMatrices(group.Settings));
        string large = folder.Groups.All.Any(group => group.Settings is { Model: LinearTransformerModel, Dimension: > MostDimensions })
            ? $" Matrices of d above {MostDimensions} are not shown." : "";
        return (with > MostRuns ? $" The first {MostRuns} of {with} settings are here." : "") + large;
    }

    /// <summary>Writes a list with an element for each run.</summary>
    public static void Write(Utf8JsonWriter json, ReportFolder folder, List<string> problems)
    {
        ReportGroup[] shown = [.. folder.Groups.All.Where(group => HasMatrices(group.Settings)).Take(MostRuns)];
        json.WriteStartArray();
        foreach (ReportGroup group in shown)
        {
            // The first seed's; the next one's where that cannot be read.
            _ = group.Runs.Any(run => TryWrite(json, group, run, shown.Length, problems));
        }

        json.WriteEndArray();
    }

    private static bool TryWrite(Utf8JsonWriter json, ReportGroup group, ReportRun run, int runs, List<string> problems)
    {
        try
        {
            return run.Settings.Precision is Precision.Double
                ? TryWrite(json, group, run, run.Directory.ReadHistory<double>(), snapshot => snapshot, runs)
                : TryWrite(json, group, run, run.Directory.ReadHistory<float>(),
                    snapshot => [.. snapshot.Select(entry => (double)entry)], runs);
        }
        catch (Exception exception) when (
            exception is RunDirectoryException or FormatException or IOException or UnauthorizedAccessException)
        {
            problems.Add($"matrices of {run.Directory.Path}: {exception.Message}");
            return false;
        }
    }

    private static bool HasMatrices(TrainingSettings settings)
        => settings is { Model: LinearTransformerModel, Dimension: <= MostDimensions };

    private static bool TryWrite<T>(
        Utf8JsonWriter json, ReportGroup group, ReportRun run, History<T> history,
        Func<T[], double[]> widen, int runs)
        where T : unmanaged, INumberBase<T>
    {
        if (history.Count == 0)
        {
            return false;
        }

        TrainingSettings settings = run.Settings;
        Covariance? covariance = history.Covariance;
        PaperMatrix[] matrices = [.. PaperMatrix.Of(settings)];
        int room = MostEntriesInAll / Math.Max(1, runs * matrices.Sum(matrix => matrix.Size));
        int most = Math.Clamp(room, 2, MostSnapshots);
        int[] snapshots = history.Count <= most
            ? [.. Enumerable.Range(0, history.Count)]
            : [.. Enumerable.Range(0, most).Select(i => (int)((long)i * (history.Count - 1) / (most - 1)))];
        json.WriteStartObject();
        json.WriteString("name", $"{group.Label}, {ReportGroup.SeedOf(run)}");
        json.WriteStartArray("runs");
        foreach (ReportRun other in group.Runs)
        {
            json.WriteStringValue(other.Name);
        }

        json.WriteEndArray();
        json.WriteNumber("size", matrices[0].Dimension);
        json.WriteStartArray("labels");
        foreach (PaperMatrix matrix in matrices)
        {
            json.WriteStringValue(matrix.IsQuery && covariance is not null ? matrix.WhitenedLabel : matrix.Label);
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
            double[] parameters = widen(PaperMatrix.Whole(settings, history[i]));
            ReportCurves.WriteNumbers(json, null, matrices.SelectMany(matrix => Entries(parameters, matrix, covariance)));
        }

        json.WriteEndArray();
        json.WriteEndObject();
        return true;
    }

    private static double[] Entries(double[] parameters, PaperMatrix matrix, Covariance? covariance)
    {
        double[] entries = parameters[matrix.Offset..(matrix.Offset + matrix.Size)];
        return matrix.IsQuery && covariance is not null ? CovarianceBasis.Of(covariance, entries) : entries;
    }
}
