using System.Globalization;
using System.Text.Json;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Sweeps;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Output;

/// <summary>A sweep's plan and its end, as lines of text and as JSON.</summary>
internal static class SweepText
{
    private const double Kibi = 1024;

    public static void WritePlan(TextWriter writer, SweepPlan plan, int jobs)
    {
        string time = plan.Done == plan.Points ? "none"
            : double.IsNaN(plan.Seconds) ? "not measured"
            : $"about {Duration.Of(Wall(plan, jobs))} on {Counted.Of(jobs, "core")}, from a measured instant";
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"points      {plan.Points}{(plan.Done > 0 ? $", {plan.Done} of them done before" : "")}\niterations  {plan.Iterations}\n"
                + $"time        {time}\ndisk        about {Size(plan.Bytes)}"));
    }

    public static string PlanJson(SweepPlan plan, int jobs) => JsonLines.Compose(json =>
    {
        json.WriteBoolean("plan", true);
        json.WriteNumber("points", plan.Points);
        json.WriteNumber("done", plan.Done);
        json.WriteNumber("iterations", plan.Iterations);
        json.WriteNumber("jobs", jobs);
        LogLineJson.WriteNumber(json, "seconds", Math.Round(Wall(plan, jobs).TotalSeconds, 1));
        json.WriteNumber("bytes", plan.Bytes);
    });

    public static string DoneJson(string path, IReadOnlyList<string> statuses, IReadOnlyList<string> files, double seconds)
        => JsonLines.Compose(json =>
        {
            json.WriteBoolean("done", true);
            json.WriteString("sweep", path);
            WriteCounts(json, statuses);
            json.WriteNumber("seconds", Math.Round(seconds, 3));
            JsonLines.WriteFiles(json, files);
        });

    public static string CollectedJson(string path, IReadOnlyList<string> statuses, IReadOnlyList<string> files)
        => JsonLines.Compose(json =>
        {
            json.WriteString("sweep", path);
            WriteCounts(json, statuses);
            JsonLines.WriteFiles(json, files);
        });

    /// <summary>A number for each status.</summary>
    public static void WriteCounts(Utf8JsonWriter json, IReadOnlyList<string> statuses)
    {
        foreach (string status in SweepRow.Statuses)
        {
            json.WriteNumber(status, statuses.Count(one => one == status));
        }
    }

    private static TimeSpan Wall(SweepPlan plan, int jobs)
    {
        double seconds = plan.Seconds / Math.Min(jobs, Math.Max(1, plan.Points - plan.Done));
        return double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.MaxValue.TotalSeconds / 2)) : TimeSpan.Zero;
    }

    private static string Size(long bytes)
        => bytes < Kibi * Kibi ? $"{bytes / Kibi:0} KiB" : bytes < Kibi * Kibi * Kibi ? $"{bytes / (Kibi * Kibi):0.0} MiB"
            : $"{bytes / (Kibi * Kibi * Kibi):0.0} GiB";
}
