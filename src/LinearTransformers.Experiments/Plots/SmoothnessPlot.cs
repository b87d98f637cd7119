using LinearTransformers.Experiments.Measurements;

namespace LinearTransformers.Experiments.Plots;

/// <summary>Curvature along the step against gradient norm.</summary>
internal static class SmoothnessPlot
{
    private const int PublishedPoints = 1999;

    public static Plot Draw(IReadOnlyList<LoadedRun> runs, PlotOptions options, IRunProgress progress, CancellationToken stop)
    {
        LoadedRun run = PlotCatalog.Single("smoothness", runs);
        if (run.Settings.HistoryStride != 1)
        {
            throw new PlotException($"{run.Path}: its hist-stride is {run.Settings.HistoryStride}; smoothness needs every iterate, a run with hist-stride 1");
        }

        // An imported history may begin after the first step.
        int first = (int)run.Run.History.Iterations[0];
        int count = Math.Min(options.MaxIterations is { } end ? end - first : PublishedPoints, run.Run.History.Count - 1);
        if (count < 1)
        {
            throw new PlotException(run.Run.History.Count == 1
                ? $"{run.Path}: its history holds one iterate only; smoothness needs a step"
                : $"{run.Path}: its history begins at iteration {first}; choose a --max-iters above that");
        }

        int[] iterations = [.. Enumerable.Range(first, count)];
        Smoothness[] points = run.DoubleHistory is { } history
            ? Smoothness.Along(run.Settings, history, iterations, RunGroup.TestBatch(run), stop)
            : Smoothness.Along(run.Run, iterations, RunGroup.TestBatch(run), stop);
        progress.Report(1);
        List<(string, double)> notes = [];
        if (Smoothness.OfLogarithms(points) is { } correlation)
        {
            notes.Add(("correlation of log curvature and log gradient norm", correlation.Coefficient));
            notes.Add(("its standard error", correlation.Error));
        }

        notes.Add(($"negative curvatures among {points.Length}", points.Count(point => point.Curvature < 0)));
        return new Plot(
            Smoothness.Figure(points),
            [
                ("iteration", [.. points.Select(point => (double)point.Iteration)]),
                ("gradient norm", [.. points.Select(point => point.GradientNorm)]),
                ("curvature", [.. points.Select(point => point.Curvature)]),
            ],
            notes,
            points.Count(point => double.IsNaN(point.Curvature)) is > 0 and int still ? [$"{run.Path}: {still} steps of no length, or from where nothing is finite, have no curvature"] : []);
    }
}
