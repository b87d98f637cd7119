using System.Text.Json;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>Runs that differ in nothing but their seeds: one curve.</summary>
/// <param name="Label">What sets the group apart from the others, in published names.</param>
/// <param name="Runs">The runs.</param>
internal sealed record RunGroup(string Label, IReadOnlyList<LoadedRun> Runs)
{
    public TrainingSettings Settings => Runs[0].Settings;

    /// <summary>The published test batch of these settings; a rotated covariance is each run's own.</summary>
    public static PromptBatch TestBatch(LoadedRun run) => FreshPrompts.Draw(run.Settings, run.Run.History.Covariance);

    /// <summary>
    /// The multiples of a stride that the longest history holds, below an end if one is given. Those of the others, which ended
    /// early, are the first of these: all histories of a group have one stride. A history that was imported may begin at iteration 1, after
    /// the first step: what is shown begins where all have begun, and if no snapshot is at a multiple, each is an iteration later.
    /// </summary>
    /// <exception cref="PlotException">There are none but the first, or some are an iteration later and others are not.</exception>
    public int[] Every(int stride, int? end = null)
    {
        LoadedRun latest = Runs.MaxBy(Begin)!;
        int later = Begin(latest) % Settings.HistoryStride;
        if (Runs.FirstOrDefault(run => Begin(run) % Settings.HistoryStride != later) is { } other)
        {
            throw new PlotException($"{other.Path}: its history begins at iteration {Begin(other)} and that of {latest.Path} at {Begin(latest)}, with hist-stride {Settings.HistoryStride}: they have no iteration in common; choose one");
        }

        int[] longest = Runs.Select(run => run.Iterations.Where(t => t >= Begin(latest) && (t - later) % stride == 0 && t < (end ?? int.MaxValue)).ToArray()).MaxBy(iterations => iterations.Length)!;
        return longest.Length > 1
            ? longest
            : throw new PlotException($"{Runs[0].Path}: its history holds no two multiples of {stride} iterations{(end is null ? "" : $" below {end}")} (hist-stride {Settings.HistoryStride}); it ends at {Runs.Max(run => run.Run.History.Iterations[^1])}: choose another --every{(end is null ? "" : " or --max-iters")}");
    }

    private static int Begin(LoadedRun run) => (int)run.Run.History.Iterations[0];

    /// <summary>Which of some iterations a run of this group has come to.</summary>
    public static int[] Reached(LoadedRun run, int[] iterations)
    {
        int last = run.Iterations.LastOrDefault(-1);
        return [.. iterations.TakeWhile(t => t <= last)];
    }

    /// <summary>Whether runs that ended early leave the end of the mean to the others.</summary>
    public IEnumerable<string> Warnings(int[] iterations)
    {
        int early = Runs.Count(run => Reached(run, iterations).Length < iterations.Length);
        return early == 0 ? [] : [$"{Label}: {early} of {Runs.Count} runs ended early; after each of them the mean is that of the rest"];
    }

    /// <summary>Groups in the order of their first runs.</summary>
    public static IReadOnlyList<RunGroup> Of(IReadOnlyList<LoadedRun> runs)
    {
        List<LoadedRun>[] groups = [.. runs.GroupBy(run => WithoutSeeds(run.Settings)).Select(group => group.ToList())];
        string[] labels = Labels([.. groups.Select(group => WithoutSeeds(group[0].Settings))]);
        return [.. groups.Select((group, i) => new RunGroup(
            (labels[i].Length > 0 ? labels[i] : Name(group[0].Settings)) + (group.Count > 1 && groups.Length == 1 ? $" (mean of {group.Count} seeds)" : ""), group))];
    }

    private static TrainingSettings WithoutSeeds(TrainingSettings settings)
        => settings with { Seed = 0, DataSeed = settings.DataSeed == settings.Seed ? 0 : settings.DataSeed };

    private static string Name(TrainingSettings settings) => JsonNamingPolicy.KebabCaseLower.ConvertName(settings.Algorithm.ToString());

    /// <summary>For each the settings in which it differs from another.</summary>
    private static string[] Labels(IReadOnlyList<TrainingSettings> settings)
    {
        IReadOnlyList<SettingDifference> different = SettingDifference.Between(settings);
        return [.. settings.Select((_, i) => string.Join(", ", different.Select(one => $"{one.Name} {one.Values[i]}")))];
    }
}
