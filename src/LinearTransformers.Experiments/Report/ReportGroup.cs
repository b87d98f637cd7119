using System.Globalization;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Report;

/// <summary>Runs that differ in nothing but their seeds, sd and data-seed.</summary>
/// <param name="Label">What sets the group apart: the settings in which groups differ, under their options' names.</param>
/// <param name="Values">The values of those settings, in the order of <see cref="ReportGroups.Varying"/>.</param>
/// <param name="Runs">The runs, by seed.</param>
internal sealed record ReportGroup(string Label, IReadOnlyList<string> Values, IReadOnlyList<ReportRun> Runs)
{
    public TrainingSettings Settings => Runs[0].Settings;

    /// <summary>How many of them have logged a finite loss.</summary>
    public int Logged => Runs.Count(run => run.Loss.Values.Length > 0);

    /// <summary>What sets a run apart from the others of the group.</summary>
    public static string SeedOf(ReportRun run)
        => run.Settings.DataSeed is { } data && data != run.Settings.Seed
            ? $"sd {run.Settings.Seed}, data-seed {data}"
            : $"sd {run.Settings.Seed}";
}

/// <summary>The groups of a folder's runs, ordered by their settings.</summary>
/// <param name="Varying">The settings in which groups differ.</param>
/// <param name="All">The groups.</param>
/// <param name="Copies">Runs of which another of the same settings has come as far or farther: they count once.</param>
internal sealed record ReportGroups(
    IReadOnlyList<string> Varying, IReadOnlyList<ReportGroup> All, IReadOnlyList<(ReportRun Copy, ReportRun Of)> Copies)
{
    public static ReportGroups Of(IReadOnlyList<ReportRun> runs)
    {
        List<(ReportRun, ReportRun)> copies = [];
        List<ReportRun> once = [];
        foreach (IGrouping<TrainingSettings, ReportRun> same in runs.GroupBy(run => run.Settings))
        {
            ReportRun farthest = same.MaxBy(run => run.Directory.Iteration)!;
            once.Add(farthest);
            copies.AddRange(same.Where(run => run != farthest).Select(copy => (copy, farthest)));
        }

        ReportRun[][] groups = [.. once.GroupBy(run => RunSettings.WithoutSeeds(run.Settings))
            .Select(group => group.OrderBy(run => run.Settings.Seed).ThenBy(run => run.Settings.DataSeed).ToArray())];
        IReadOnlyDictionary<string, string>[] settings =
            RunSettings.Of(groups.Select(group => RunSettings.WithoutSeeds(group[0].Settings)));
        string[] varying = RunSettings.Varying(settings);
        string[] labelled = varying.Length > 0 ? varying : ["alg", "lr"];
        ReportGroup[] all = [.. groups.Select((group, i) => new ReportGroup(
            string.Join(", ", labelled.Select(name => $"{name} {settings[i][name]}")),
                [.. varying.Select(name => settings[i][name])], group))];
        Array.Sort(all, (a, b) => Compare(a.Values, b.Values));
        return new ReportGroups(varying, all, copies);
    }

    /// <summary>By the first setting in which they differ; numbers by size.</summary>
    private static int Compare(IReadOnlyList<string> a, IReadOnlyList<string> b)
        => a.Zip(b, Compare).FirstOrDefault(order => order != 0);

    private static int Compare(string a, string b)
        => double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
            && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out double y)
            ? x.CompareTo(y)
            : string.CompareOrdinal(a, b);
}
