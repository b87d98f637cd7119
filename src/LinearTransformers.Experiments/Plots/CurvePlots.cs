using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;

namespace LinearTransformers.Experiments.Plots;

/// <summary>What is measured at some iterations of every run: a curve for each group of seeds.</summary>
internal static class CurvePlots
{
    private const int LossEvery = 50;
    private const int ConditionEvery = 250;

    /// <summary>Test loss, mean ± a quarter of the standard deviation as published.</summary>
    public static Plot Loss(IReadOnlyList<LoadedRun> runs, PlotOptions options, IRunProgress progress, CancellationToken stop)
        => Draw(runs, options, progress, LossEvery, "Test loss", 0.25, (run, iterations) => LossCurve.Along(run.Run, iterations, RunGroup.TestBatch(run)), stop);

    /// <summary>Robust condition number as published, mean ± half the standard deviation.</summary>
    public static Plot ConditionNumber(IReadOnlyList<LoadedRun> runs, PlotOptions options, IRunProgress progress, CancellationToken stop)
        => runs.FirstOrDefault(run => run.Settings.Layers == 1) is { } shallow
            ? throw new PlotException($"{shallow.Path}: its n-layer is 1; half of the Hessian's diagonal is then zero, and the condition number infinite: it is shown of runs with n-layer 2 or more")
            : Draw(runs, options, progress, ConditionEvery, "Robust condition number", 0.5, (run, iterations) => ConditionNumbers.PublishedAlong(run.Run, iterations, RunGroup.TestBatch(run), stop), stop);

    /// <summary>That of its optimizer where this tells the groups apart.</summary>
    private static FigureColor? Color(IReadOnlyList<RunGroup> groups, int index)
        => groups.Count > 1 && groups.DistinctBy(group => group.Settings.Algorithm).Count() == groups.Count ? OptimizerColors.Of(groups[index].Settings.Algorithm) : null;

    private static Plot Draw(
        IReadOnlyList<LoadedRun> runs,
        PlotOptions options,
        IRunProgress progress,
        int every,
        string label,
        double partOfDeviation,
        Func<LoadedRun, int[], double[]> measure,
        CancellationToken stop)
    {
        IReadOnlyList<RunGroup> groups = RunGroup.Of(runs);
        int[][] iterations = [.. groups.Select(group => group.Every(options.Every ?? every, options.MaxIterations))];
        (RunGroup Group, int[] Iterations, LoadedRun Run)[] all = [.. groups.SelectMany((group, g) => group.Runs.Select(run => (group, RunGroup.Reached(run, iterations[g]), run)))];
        double[][] measured = SideBySide.Measure(all, options.Threads, progress, item => measure(item.Run, item.Iterations), stop);
        Seeds[] seeds = [.. groups.Select(group => Seeds.OfUnequal([.. all.Zip(measured).Where(pair => pair.First.Group == group).Select(pair => pair.Second)]))];

        if (!seeds.Any(curve => curve.Mean.Any(value => value > 0 && double.IsFinite(value))))
        {
            throw new PlotException($"{runs[0].Path}: its {label.ToLowerInvariant()} is nowhere positive and finite; there is no curve of it");
        }

        // One column of iterations; a group that has no point at one of them has NaN there.
        int[] rows = [.. iterations.SelectMany(t => t).Distinct().Order()];
        List<(string, IReadOnlyList<double>)> columns = [("iteration", [.. rows.Select(t => (double)t)])];
        for (int g = 0; g < groups.Count; g++)
        {
            Dictionary<int, int> place = iterations[g].Select((t, i) => (t, i)).ToDictionary(pair => pair.t, pair => pair.i);
            columns.Add(($"{groups[g].Label}: mean", [.. rows.Select(t => place.TryGetValue(t, out int i) ? seeds[g].Mean[i] : double.NaN)]));
            columns.Add(($"{groups[g].Label}: standard deviation", [.. rows.Select(t => place.TryGetValue(t, out int i) ? seeds[g].Deviation[i] : double.NaN)]));
        }

        return new Plot(
            new LineFigure(
                "",
                new Axis("Iteration"),
                new Axis(label, AxisScale.Logarithmic),
                groups.Select((group, g) => SeedCurve.Of(group.Label, iterations[g], seeds[g], partOfDeviation, Color(groups, g)) with { LineStyle = CurveStyle.At(g) })),
            columns,
            [.. groups.Select((group, g) => ($"{group.Label}, {label.ToLowerInvariant()} at iteration {iterations[g][^1]}", seeds[g].Mean[^1]))],
            [.. groups.SelectMany((group, g) => group.Warnings(iterations[g]))]);
    }
}
