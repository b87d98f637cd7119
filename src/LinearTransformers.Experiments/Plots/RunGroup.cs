using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Prompts;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>Runs that differ in nothing but their seeds: one curve.</summary>
/// <param name="Name">What sets the group apart from the others, in published names.</param>
/// <param name="IsAlone">Whether it is the only one of its figure.</param>
/// <param name="Runs">The runs.</param>
internal sealed record RunGroup(string Name, bool IsAlone, IReadOnlyList<LoadedRun> Runs)
{
    public TrainingSettings Settings => Runs[0].Settings;

    /// <summary>For tables and numbers.</summary>
    public string Label => IsAlone && Runs.Count > 1 ? $"{Name} (mean of {Runs.Count} seeds)" : Name;

    /// <summary>For legends: with the number of seeds, and who ended early.</summary>
    public string Title
    {
        get
        {
            string[] early = [.. Runs.Select(run => run.EndedEarly).OfType<string>()];
            List<string> remarks = Runs.Count > 1 ? [$"mean of {Runs.Count} seeds"] : [];
            if (early.Length > 0)
            {
                remarks.Add(Runs.Count == 1 ? early[0] : $"{early.Length} ended early");
            }

            return remarks.Count == 0 ? Name : $"{Name} ({string.Join(", ", remarks)})";
        }
    }

    /// <summary>The published test batch of these settings; a rotated covariance is each run's own.</summary>
    public static PromptBatch TestBatch(LoadedRun run) => FreshPrompts.Draw(run.Settings, run.Run.History.Covariance);

    /// <summary>
    /// The multiples of a stride that the longest history holds, and its end, below an end if one is given. Those of the others, which
    /// ended early, are the first of these: all histories of a group have one stride. A history that was imported may begin at iteration 1,
    /// after the first step: what is shown begins where all have begun, and if no snapshot is at a multiple, each is an iteration later.
    /// </summary>
    public int[] Every(int stride, int? end = null)
    {
        int begin = Runs.Max(run => run.Begin);
        int later = begin % Settings.HistoryStride;
        LoadedRun longest = Runs.MaxBy(run => run.End)!;
        return [.. longest.Iterations.Where(
            t => t >= begin && ((t - later) % stride == 0 || t == longest.End) && t < (end ?? int.MaxValue))];
    }

    /// <summary>Which of some iterations a run of this group has come to.</summary>
    public static int[] Reached(LoadedRun run, int[] iterations) => [.. iterations.TakeWhile(t => t <= run.End)];

    /// <summary>Whether runs that ended early leave the end of the mean to the others.</summary>
    public IEnumerable<string> Warnings(int[] iterations)
    {
        int early = Runs.Count(run => Reached(run, iterations).Length < iterations.Length);
        return early == 0 ? [] : [$"{Label}: {early} of {Runs.Count} runs ended early; after each of them the mean is that of the rest"];
    }

    /// <summary>Groups in the order of their first runs.</summary>
    /// <param name="runs">The runs.</param>
    /// <param name="leftOut">Receives a line for each run that has no iteration in common with the first of its group.</param>
    public static IReadOnlyList<RunGroup> Of(IReadOnlyList<LoadedRun> runs, ICollection<string> leftOut)
    {
        List<LoadedRun>[] groups = [.. runs.GroupBy(run => WithoutSeeds(run.Settings)).Select(group => group.ToList())];
        foreach (List<LoadedRun> group in groups)
        {
            int stride = group[0].Settings.HistoryStride;
            foreach (LoadedRun other in group.Where(run => run.Begin % stride != group[0].Begin % stride).ToArray())
            {
                leftOut.Add(
                    $"{other.Path}: its history begins at iteration {other.Begin} and that of {group[0].Path} at {group[0].Begin}, "
                        + $"with hist-stride {stride}: they have no iteration in common");
                group.Remove(other);
            }
        }

        string[] labels = Labels([.. groups.Select(group => WithoutSeeds(group[0].Settings))]);
        return [.. groups.Select(
            (group, i) => new RunGroup(labels[i].Length > 0 ? labels[i] : OptimizerName(group[0].Settings), groups.Length == 1, group))];
    }

    private static TrainingSettings WithoutSeeds(TrainingSettings settings)
        => settings with { Seed = 0, DataSeed = settings.DataSeed == settings.Seed ? 0 : settings.DataSeed };

    private static string OptimizerName(TrainingSettings settings) => Parts.TextOf(settings.Optimizer);

    /// <summary>For each the settings in which it differs from another.</summary>
    private static string[] Labels(IReadOnlyList<TrainingSettings> settings)
    {
        IReadOnlyList<SettingDifference> different = SettingDifference.Between(settings);
        return [.. settings.Select((_, i) => string.Join(", ", different.Select(one => $"{one.Name} {one.Values[i]}")))];
    }
}
