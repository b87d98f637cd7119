using LinearTransformers.Experiments.Sweeps.Slurm;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Sweeps;

/// <summary>What a sweep is: what is fixed, and what varies.</summary>
public sealed record SweepDefinition
{
    /// <summary>Settings that all else is laid over: the defaults, a preset or a file.</summary>
    public TrainingSettings Settings { get; init; } = new();

    /// <summary>Options that all points have.</summary>
    public IReadOnlyList<(string Name, string Text)> Options { get; init; } = [];

    /// <summary>
    /// Grids, each the product of its factors. The points of a sweep are those of all grids; what several have is there once.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<SweepFactor>> Grids { get; init; } = [];

    /// <summary>
    /// Snapshots that a run keeps along its way, its end apart, at equal distances; null for as many as hist-stride says.
    /// </summary>
    public int? Keep { get; init; } = SweepKeep.Usual;

    /// <summary>Fresh prompts that each run is scored on.</summary>
    public int Prompts { get; init; } = PointScorer.UsualPrompts;

    /// <summary>How it is submitted to a cluster.</summary>
    public SlurmOptions Slurm { get; init; } = new();

    /// <summary>The settings that vary, each once.</summary>
    public IReadOnlyList<string> Names
        => [.. Grids.SelectMany(grid => grid.SelectMany(factor => factor.Names)).Distinct()];

    /// <summary>This sweep with the points of another: larger, or the same. What it asks of a cluster stays.</summary>
    /// <exception cref="SweepException">Something that is fixed in both differs.</exception>
    public SweepDefinition With(SweepDefinition more, string folder)
    {
        ArgumentNullException.ThrowIfNull(more);
        HashSet<string> varied = [.. more.Names];
        if (SettingDifference.Between(Settings, more.Settings).FirstOrDefault(one => !varied.Contains(one.Name)) is { } setting)
        {
            throw Other(setting.Name, setting.Values[0], setting.Values[1]);
        }

        foreach (string name in Options.Concat(more.Options).Select(option => option.Name).Distinct().Where(name => !varied.Contains(name)))
        {
            (string there, string here) = (TextOf(Options, name), TextOf(more.Options, name));
            if (there != here)
            {
                throw Other(name, there, here);
            }
        }

        if (Keep != more.Keep || Prompts != more.Prompts)
        {
            throw Keep != more.Keep ? Other("keep", SweepKeep.Text(Keep), SweepKeep.Text(more.Keep))
                : Other("prompts", $"{Prompts}", $"{more.Prompts}");
        }

        List<IReadOnlyList<SweepFactor>> grids = [.. Grids];
        foreach (IReadOnlyList<SweepFactor> grid in more.Grids.Where(grid => !grids.Any(known => Holds(known, grid))))
        {
            int smaller = grids.FindIndex(known => Holds(grid, known));
            if (smaller < 0)
            {
                grids.Add(grid);
            }
            else
            {
                grids[smaller] = grid;
                grids.RemoveAll(known => !ReferenceEquals(known, grid) && Holds(grid, known));
            }
        }

        return this with { Grids = grids };

        SweepException Other(string name, string there, string here) => new(
            $"--{name} is {here}, and {there} in the sweep that {folder} holds: it must be the same for all its points, or vary with "
                + $"--over {name}={there},{here}; or choose another folder");
    }

    private static string TextOf(IReadOnlyList<(string Name, string Text)> options, string name)
        => options.FirstOrDefault(option => option.Name == name).Text ?? "left out";

    /// <summary>Whether a grid has all points of another, under the same names.</summary>
    private static bool Holds(IReadOnlyList<SweepFactor> grid, IReadOnlyList<SweepFactor> other)
        => grid.Count == other.Count && grid.Zip(other).All(pair => pair.First.Names.SequenceEqual(pair.Second.Names)
            && pair.Second.Rows.All(row => pair.First.Rows.Any(known => known.SequenceEqual(row))));
}
