using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>
/// All figures of runs. A new one is registered here; measurements of <see cref="Measurement.Catalog"/> are drawn along runs by their
/// names.
/// </summary>
public static class PlotCatalog
{
    private static readonly PlotKind[] Kinds =
    [
        new("loss",
            "test loss on 100,000 fresh prompts every 50 iterations and at the end; runs that differ in their seeds only are one curve",
                CurvePlots.Loss, Any, PlotKind.Every, PlotKind.MaxIterations, PlotKind.Prompts, PlotKind.Protocol, PlotKind.Floors),
        new("noise", "gradient noise at the initial model of one run: histogram and Q–Q plot", NoisePlot.Draw,
            (run, _) => NoisePlot.Refusal(run), PlotKind.Samples),
        new("condition-number",
            "robust condition number every 250 iterations and at the end, max/median of the Hessian's diagonal on the published test "
                + "batch", CurvePlots.ConditionNumber, (run, _) => new RobustConditionNumber().Refusal(run.Settings), PlotKind.Every,
            PlotKind.MaxIterations),
        new("smoothness", "curvature along the step, or the Hessian's norm, against gradient norm on the published test batch, of one run",
            SmoothnessPlot.Draw, SmoothnessPlot.Refusal, PlotKind.MaxIterations, PlotKind.Every, PlotKind.Curvature),
        new("spectrum", "all eigenvalues of the Hessian along one run, of the whole or of its blocks, with the edge of stability",
            SpectrumPlot.Draw, Any, PlotKind.Every, PlotKind.MaxIterations, PlotKind.Blocks),
        new("matrices", "the parameter matrices at the end of one run, of every layer and head, as a heat map each", MatrixPlots.Matrices,
            Any, PlotKind.MaxIterations, PlotKind.Basis),
        new("distance-to-identity", "how far each matrix is from a multiple of the identity, along the runs", MatrixPlots.Distances,
            (run, _) => MatrixPlots.HasNoDistances(run), PlotKind.Every, PlotKind.MaxIterations, PlotKind.Basis),
    ];

    /// <summary>Names and what they show: figures, then measurements that are no figure's namesakes.</summary>
    public static IReadOnlyList<(string Name, string Summary)> All
        =>
        [
            .. Kinds.Select(kind => (kind.Name, kind.Summary)),
            .. Measurement.Catalog.Entries.Where(entry => Figure(entry.Name) is null).Select(entry => (entry.Name, Summary(entry))),
        ];

    /// <summary>Makes a figure of runs. A run that cannot be drawn is left out, and a warning says why.</summary>
    /// <param name="name">Of <see cref="All"/>; a measurement's own settings may stand behind a colon.</param>
    /// <param name="folders">Run folders, or folders with runs below them.</param>
    /// <param name="options">How; null for the figure's own.</param>
    /// <param name="progress">Hears how it comes along; null for nobody.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="PlotException">The figure cannot be made of any of these.</exception>
    /// <exception cref="SettingException">An option makes no sense.</exception>
    /// <exception cref="RunDirectoryException">A folder holds no run.</exception>
    public static Plot Draw(
        string name,
        IReadOnlyList<string> folders,
        PlotOptions? options = null,
        IProgressReporter? progress = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        PlotKind kind = Figure(name) ?? OfMeasurement(name)
            ?? throw new PlotException(
                $"there is no figure {name}: it must be one of {string.Join(", ", Names)}{Spelling.Suggestion(name, Names)}");
        return Draw(kind, folders, options ?? new PlotOptions(), progress ?? new Nobody(), stop);
    }

    /// <summary>Draws a measurement along runs, whether the catalog has it or not; the rest is as by its name.</summary>
    /// <inheritdoc cref="Draw(string, IReadOnlyList{string}, PlotOptions?, IProgressReporter?, CancellationToken)"/>
    public static Plot Draw(
        Measurement measurement,
        IReadOnlyList<string> folders,
        PlotOptions? options = null,
        IProgressReporter? progress = null,
        CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(measurement);
        return Draw(Of(measurement), folders, options ?? new PlotOptions(), progress ?? new Nobody(), stop);
    }

    private static Plot Draw(
        PlotKind kind, IReadOnlyList<string> folders, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        kind.Check(options);
        List<string> leftOut = [];
        IReadOnlyList<LoadedRun> all = LoadedRun.Read(folders, leftOut);
        IReadOnlyList<LoadedRun> distinct = [.. all.DistinctBy(run => run.Settings)];
        List<LoadedRun> runs = [];
        foreach (LoadedRun run in distinct)
        {
            if (kind.Refusal(run, options) is { } reason)
            {
                leftOut.Add($"{run.Path}: {reason}");
            }
            else
            {
                runs.Add(run);
            }
        }

        if (runs.Count == 0)
        {
            throw new PlotException(leftOut[^1]);
        }

        Plot plot = Draw(kind, runs, options, leftOut, progress, stop);
        return plot with
        {
            Warnings =
            [
                .. plot.Warnings,
                .. leftOut.Select(LeftOut),
                .. all.Where(run => !distinct.Any(kept => ReferenceEquals(kept, run))).Select(Again),
                .. runs.Where(run => run.EndedEarly is not null).Select(Warning),
            ],
        };

        // The same seed twice would count as two and make the spread too small.
        string Again(LoadedRun copy)
            => $"{copy.Path} is the same run as {distinct.First(run => run.Settings == copy.Settings).Path}: it is counted once";
    }

    /// <summary>Draws runs, and leaves out those of which it needs a part that this program does not have.</summary>
    /// <exception cref="AbsentPartException">There is no other.</exception>
    private static Plot Draw(
        PlotKind kind, List<LoadedRun> runs, PlotOptions options, List<string> leftOut, IProgressReporter progress, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return kind.Draw(runs, options, progress, stop);
            }
            catch (AbsentPartException exception)
            {
                LoadedRun[] without = [.. runs.Where(run => SettingNames.Has(run.Settings, exception.Part))];
                if (without.Length == 0 || without.Length == runs.Count)
                {
                    throw;
                }

                runs.RemoveAll(run => without.Contains(run));
                leftOut.AddRange(without.Select(run => $"{run.Path}: {exception.Message}"));
            }
            catch (ArithmeticException exception)
            {
                string which = runs[0].Path + (runs.Count > 1 ? " and the others" : "");
                throw new PlotException(
                    $"{kind.Name} cannot be drawn of {which}: what it is made of is not finite ({exception.Message}); "
                    + "the runs must be ones whose losses and gradients are");
            }
        }
    }

    private static IEnumerable<string> Names => All.Select(kind => kind.Name);

    private static PlotKind? Figure(string name) => Kinds.FirstOrDefault(kind => kind.Name == name);

    /// <summary>A measurement's figure; null where there is none of the name.</summary>
    /// <exception cref="SettingException">A value behind the colon is wrong.</exception>
    private static PlotKind? OfMeasurement(string text)
        => Measurement.Catalog.Entries.Any(entry => entry.Name == text.Split(':')[0]) ? Of(Parts.Parse<Measurement>("figure", text)) : null;

    private static PlotKind Of(Measurement measurement)
        => new(
            Parts.TextOf(measurement),
            "",
            (runs, options, progress, stop) => CurvePlots.Of(measurement, runs, options, progress, stop),
            (run, _) => measurement.Refusal(run.Settings)
                ?? (measurement.NeedsNext && run.Run.History.Count == 1
                    ? $"its history holds one iterate only; {Parts.NameOf(measurement)} needs a step"
                    : null),
            [PlotKind.Every, PlotKind.MaxIterations, .. measurement.IsLoss ? (string[])[PlotKind.Floors] : []]);

    private static string Summary(PartEntry entry)
    {
        Measurement measurement = (Measurement)entry.Default;
        return $"{entry.Summary}, every {measurement.Every} iterations{(measurement.NeedsNext ? "" : " and at the end")}";
    }

    /// <summary>The only run.</summary>
    internal static LoadedRun Single(string figure, IReadOnlyList<LoadedRun> runs)
        => runs.Count == 1 ? runs[0]
            : throw new PlotException(
                $"{figure} shows one run, and there are {runs.Count} ({runs[0].Path}, {runs[1].Path}{(runs.Count > 2 ? ", …" : "")}): "
                    + "choose one");

    /// <summary>What is said of a run that is not shown.</summary>
    internal static string LeftOut(string reason) => $"left out: {reason}";

    /// <summary>Of iterations about so many, the first and the last among them.</summary>
    internal static int[] Thinned(int[] iterations, int about)
    {
        int stride = Math.Max(1, iterations.Length / about);
        return [.. iterations.Where((_, i) => i % stride == 0 || i == iterations.Length - 1)];
    }

    private static string? Any(LoadedRun run, PlotOptions options) => null;

    private static string Warning(LoadedRun run)
        => run.Status is RunStatus.Diverged
            ? $"{run.Path} diverged at iteration {run.Run.DivergedAt}: it is shown up to {run.End}"
            : $"{run.Path} is unfinished: it is shown up to iteration {run.Run.History.Iterations[^1]}";
}
