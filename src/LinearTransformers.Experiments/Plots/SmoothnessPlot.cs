using System.Globalization;
using LinearTransformers.Experiments.Measurements;

namespace LinearTransformers.Experiments.Plots;

/// <summary>Curvature along the step against gradient norm.</summary>
internal static class SmoothnessPlot
{
    private const int PublishedPoints = 1999;

    public static Plot Draw(IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        LoadedRun run = PlotCatalog.Single("smoothness", runs);

        bool isOfStep = options.Curvature is not CurvatureKind.Norm;
        IRunProgress report = progress.Start("smoothness", 1);
        Smoothness[] points = isOfStep ? AlongSteps(run, options, stop) : Norms(run, options, stop);
        report.Report(1);
        if (!points.Any(point => point.GradientNorm > 0 && double.IsFinite(point.GradientNorm) && point.Curvature != 0
            && double.IsFinite(point.Curvature)))
        {
            throw new PlotException(
                $"{run.Path}: its gradients and curvatures are nowhere finite and not zero; there is nothing to show of them");
        }

        List<(string, double)> notes = [];
        if (Smoothness.OfLogarithms(points) is { } correlation)
        {
            notes.Add(("correlation of log curvature and log gradient norm", correlation.Coefficient));
            if (double.IsFinite(correlation.Error))
            {
                notes.Add(("its standard error", correlation.Error));
            }
        }

        if (isOfStep)
        {
            notes.Add(($"negative curvatures among {points.Length}", points.Count(point => point.Curvature < 0)));
        }

        PlotTable table = new("iteration", "gradient norm", isOfStep ? "curvature" : "Hessian norm");
        foreach (Smoothness point in points)
        {
            table.Add(point.Iteration, point.GradientNorm, point.Curvature);
        }

        string caption = string.Create(
            CultureInfo.InvariantCulture,
            $"On the published batch of {run.Settings.BatchSize:N0} prompts, iterations {points[0].Iteration} to "
                + $"{points[^1].Iteration}.");
        return new Plot(
            Smoothness.Figure(points, isOfStep ? "Curvature along step" : "Hessian norm") with { Note = caption },
            caption,
            table,
            notes,
            points.Count(point => double.IsNaN(point.Curvature)) is > 0 and int still
                ? [$"{run.Path}: {still} steps of no length, or from where nothing is finite, have no curvature"] : []);
    }

    private static Smoothness[] AlongSteps(LoadedRun run, PlotOptions options, CancellationToken stop)
    {
        // An imported history may begin after the first step.
        int first = run.Begin;
        int count = Math.Min(options.MaxIterations is { } end ? end - first : PublishedPoints, run.Run.History.Count - 1);
        if (count < 1)
        {
            throw new PlotException($"{run.Path}: its history begins at iteration {first}; choose a --max-iters above that");
        }

        int every = options.Every ?? 1;
        int[] iterations = [.. Enumerable.Range(first, count).Where(t => t % every == 0)];
        return run.DoubleHistory is { } history
            ? Smoothness.Along(run.Settings, history, iterations, RunGroup.TestBatch(run), stop)
            : Smoothness.Along(run.Run, iterations, RunGroup.TestBatch(run), stop);
    }

    private static Smoothness[] Norms(LoadedRun run, PlotOptions options, CancellationToken stop)
    {
        HessianNorm measurement = new();
        MeasuredModel model = run.Model();
        return [.. SpectrumPlot.Iterations(run, options).Select(t =>
        {
            stop.ThrowIfCancellationRequested();
            model.At(t);
            return new Smoothness(t, new GradientNorm().Measure(model), measurement.Measure(model));
        })];
    }

    /// <summary>Why smoothness cannot be shown of a run; null if it can.</summary>
    public static string? Refusal(LoadedRun run, PlotOptions options)
        => options.Curvature is CurvatureKind.Norm ? null
            : run.Settings.HistoryStride != 1
            ? $"its hist-stride is {run.Settings.HistoryStride}; smoothness needs every iterate, a run with hist-stride 1"
            : run.Run.History.Count == 1 ? "its history holds one iterate only; smoothness needs a step"
            : null;
}
