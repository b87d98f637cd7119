using System.Globalization;
using System.Text.Json;
using LinearTransformers.Experiments.Measurements;

namespace LinearTransformers.Experiments.Report;

/// <summary>The curves of a folder as the page's script draws them: each group's mean and spread, each run, and the exact floors.</summary>
internal static class ReportCurves
{
    private const int MostPoints = 600;
    private const int FewestPoints = 60;

    /// <summary>Of all curves together: some four megabytes.</summary>
    private const int MostPointsInAll = 300_000;

    /// <summary>Points of a curve after which it is thinned, so that a page of many runs stays small.</summary>
    public static int MostPointsOf(ReportFolder folder)
        => Math.Clamp(MostPointsInAll / (2 * Math.Max(1, folder.Runs.Count())), FewestPoints, MostPoints);

    /// <summary>Writes an object: {"varying": […], "groups": […], "floors": […], "xs": […]}.</summary>
    public static void Write(Utf8JsonWriter json, ReportFolder folder, ExactFloors theory)
    {
        int most = MostPointsOf(folder);
        List<int[]> iterations = [];
        List<ExactFloor> floors = [];
        json.WriteStartObject();
        json.WriteStartArray("varying");
        foreach (string name in folder.Groups.Varying)
        {
            json.WriteStringValue(name);
        }

        json.WriteEndArray();
        json.WriteStartArray("groups");
        foreach (ReportGroup group in folder.Groups.All)
        {
            json.WriteStartObject();
            json.WriteString("label", group.Label);
            json.WriteNumber("n", group.Logged);
            json.WriteStartArray("values");
            foreach (string value in group.Values)
            {
                json.WriteStringValue(value);
            }

            json.WriteEndArray();
            json.WriteStartArray("floors");
            foreach (ExactFloor floor in theory.Of(group.Settings))
            {
                if (!floors.Contains(floor))
                {
                    floors.Add(floor);
                }

                json.WriteNumberValue(floors.IndexOf(floor));
            }

            json.WriteEndArray();
            if (group.Runs.Count > 1)
            {
                json.WriteStartObject("mean");
                WriteCurve(json, "loss", Curve.Mean([.. group.Runs.Select(run => run.Loss)]).Thinned(most), iterations, group.Logged);
                WriteCurve(json, "gradient",
                    Curve.Mean([.. group.Runs.Select(run => run.Gradient)]).Thinned(most), iterations, group.Logged);
                json.WriteEndObject();
            }

            json.WriteStartArray("runs");
            foreach (ReportRun run in group.Runs)
            {
                json.WriteStartObject();
                json.WriteString("name", run.Name);
                json.WriteString("seed", ReportGroup.SeedOf(run));
                if (run.End.Length > 0)
                {
                    json.WriteString("end", run.End);
                }

                WriteCurve(json, "loss", run.Loss.Thinned(most), iterations, 1);
                WriteCurve(json, "gradient", run.Gradient.Thinned(most), iterations, 1);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("floors");
        foreach (ExactFloor floor in floors)
        {
            json.WriteStartObject();
            json.WriteString("name", floor.Name);
            json.WriteNumber("value", floor.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("xs");
        foreach (int[] x in iterations)
        {
            json.WriteStartArray();
            foreach (int t in x)
            {
                json.WriteNumberValue(t);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Numbers with five digits, null for those that are not finite.</summary>
    public static void WriteNumbers(Utf8JsonWriter json, string? name, IEnumerable<double> numbers)
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
                json.WriteRawValue(number.ToString("G5", CultureInfo.InvariantCulture));
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndArray();
    }

    /// <summary>Most curves have the same iterations: they are written once, and a curve has their number.</summary>
    private static void WriteCurve(Utf8JsonWriter json, string name, Curve curve, List<int[]> iterations, int runs)
    {
        int x = iterations.FindLastIndex(known => known.AsSpan().SequenceEqual(curve.Iterations));
        if (x < 0)
        {
            x = iterations.Count;
            iterations.Add(curve.Iterations);
        }

        json.WriteStartObject(name);
        json.WriteNumber("x", x);
        WriteNumbers(json, "y", curve.Values);
        if (curve.Deviations.Length > 0)
        {
            WriteNumbers(json, "s", curve.Deviations);
        }

        if (curve.Counts.Any(count => count != runs))
        {
            WriteNumbers(json, "n", curve.Counts.Select(count => (double)count));
        }

        json.WriteEndObject();
    }
}
