using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>A kind of figure that can be made of runs.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Summary">What it shows, in a line.</param>
/// <param name="Draw">Makes it.</param>
/// <param name="Options">The options it heeds, by their names on the command line; others must be left out.</param>
internal sealed record PlotKind(
    string Name, string Summary, Func<IReadOnlyList<LoadedRun>, PlotOptions, IRunProgress, CancellationToken, Plot> Draw, params string[] Options)
{
    /// <summary>Refuses an option that would change nothing.</summary>
    /// <exception cref="SettingException">There is one.</exception>
    public void Check(PlotOptions options)
    {
        foreach ((string name, int? value) in ((string, int?)[])[(Every, options.Every), (MaxIterations, options.MaxIterations), (Samples, options.Samples)])
        {
            if (value is not null && !Options.Contains(name))
            {
                throw new SettingException(name, value, $"left out: {Name} does not depend on it");
            }
        }
    }

    public const string Every = "every";
    public const string MaxIterations = "max-iters";
    public const string Samples = "samples";
}

/// <summary>All figures of runs. A new one is registered here.</summary>
public static class PlotCatalog
{
    private static readonly PlotKind[] Kinds =
    [
        new("loss", "test loss every 50 iterations; runs that differ in their seeds only are one curve", CurvePlots.Loss, PlotKind.Every, PlotKind.MaxIterations),
        new("noise", "gradient noise at the initial model of one run: histogram and Q–Q plot", NoisePlot.Draw, PlotKind.Samples),
        new("condition-number", "robust condition number every 250 iterations, max/median of the Hessian's diagonal", CurvePlots.ConditionNumber, PlotKind.Every, PlotKind.MaxIterations),
        new("smoothness", "curvature along the step against gradient norm, of one run with hist-stride 1", SmoothnessPlot.Draw, PlotKind.MaxIterations),
        new("matrices", "the parameter matrices at the end of one run, as a heat map each", MatrixPlots.Matrices, PlotKind.MaxIterations),
        new("distance-to-identity", "how far each matrix is from a multiple of the identity, along the runs", MatrixPlots.Distances, PlotKind.Every, PlotKind.MaxIterations),
    ];

    /// <summary>Names and what they show.</summary>
    public static IReadOnlyList<(string Name, string Summary)> All { get; } = [.. Kinds.Select(kind => (kind.Name, kind.Summary))];

    /// <summary>Makes a figure of runs.</summary>
    /// <param name="name">Of <see cref="All"/>.</param>
    /// <param name="folders">Run folders, or folders with runs below them.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Hears how it comes along.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="PlotException">The figure cannot be made of these.</exception>
    /// <exception cref="SettingException">An option makes no sense.</exception>
    /// <exception cref="RunDirectoryException">A folder holds no run, or a run is damaged.</exception>
    public static Plot Draw(string name, IReadOnlyList<string> folders, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(progress);
        PlotKind kind = Kinds.FirstOrDefault(kind => kind.Name == name)
            ?? throw new PlotException($"there is no figure {name}: it must be one of {string.Join(", ", Kinds.Select(kind => kind.Name))}{Spelling.Suggestion(name, Kinds.Select(kind => kind.Name))}");
        kind.Check(options);
        IReadOnlyList<LoadedRun> all = LoadedRun.Read(folders);
        IReadOnlyList<LoadedRun> runs = [.. all.DistinctBy(run => run.Settings)];
        Plot plot;
        try
        {
            plot = kind.Draw(runs, options, progress.Start(name, runs.Count), stop);
        }
        catch (ArithmeticException exception)
        {
            throw new PlotException($"{name} cannot be drawn of {runs[0].Path}{(runs.Count > 1 ? " and the others" : "")}: what it is made of is not finite ({exception.Message}); the runs must be ones whose losses and gradients are");
        }

        return plot with
        {
            Warnings =
            [
                .. plot.Warnings,
                .. all.Where(run => !runs.Any(kept => ReferenceEquals(kept, run))).Select(Again),
                .. runs.Where(run => run.Status is not RunStatus.Finished).Select(Warning),
            ],
        };

        // The same seed twice would count as two and make the spread too small.
        string Again(LoadedRun copy) => $"{copy.Path} is the same run as {runs.First(run => run.Settings == copy.Settings).Path}: it is counted once";
    }

    /// <summary>The only run.</summary>
    internal static LoadedRun Single(string figure, IReadOnlyList<LoadedRun> runs)
        => runs.Count == 1 ? runs[0] : throw new PlotException($"{figure} shows one run, and there are {runs.Count} ({runs[0].Path}, {runs[1].Path}{(runs.Count > 2 ? ", …" : "")}): choose one");

    private static string Warning(LoadedRun run)
        => run.Status is RunStatus.Diverged
            ? $"{run.Path} diverged at iteration {run.Run.DivergedAt}: it is shown up to there"
            : $"{run.Path} is unfinished: it is shown up to iteration {run.Run.History.Iterations[^1]}";
}
