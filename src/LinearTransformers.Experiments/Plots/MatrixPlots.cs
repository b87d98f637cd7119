using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Prompts;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>The parameter matrices of runs of one head: with a rotated covariance every A as D Uᵀ A U D.</summary>
internal static class MatrixPlots
{
    /// <summary>Those of four layers.</summary>
    private const int MostInARow = 7;

    /// <summary>Heat maps at the last snapshot that stands before a step.</summary>
    public static Plot Matrices(IReadOnlyList<LoadedRun> runs, PlotOptions options, IRunProgress progress, CancellationToken stop)
    {
        LoadedRun run = PlotCatalog.Single("matrices", runs);
        int iteration = run.Iterations.LastOrDefault(t => t < (options.MaxIterations ?? int.MaxValue), -1);
        if (iteration < 0)
        {
            throw new PlotException($"{run.Path}: its history holds no iterate before a step{(options.MaxIterations is { } end ? $" below {end}" : "")}, and begins at iteration {run.Run.History.Iterations[0]}: matrices are shown of a run that has one");
        }

        (PaperMatrix Matrix, double[] Entries)[] matrices = [.. PaperMatrices(run).Select(matrix => (matrix, Entries(run, iteration, matrix)))];
        progress.Report(1);
        return new Plot(
            new HeatMapFigure("", matrices.Select(pair => HeatMap.FromRows(Label(run, pair.Matrix), pair.Entries)))
            {
                Columns = matrices.Length > MostInARow ? MostInARow : null,
            },
            [.. matrices.Select(pair => (pair.Matrix.Name, (IReadOnlyList<double>)pair.Entries))],
            [.. matrices.Select(pair => ($"{pair.Matrix.Name} at iteration {iteration}, mean of the diagonal", Diagonal(pair.Entries, run.Settings.Dimension).Average()))],
            []);
    }

    /// <summary>Distances to a multiple of the identity, mean ± standard deviation over seeds.</summary>
    public static Plot Distances(IReadOnlyList<LoadedRun> runs, PlotOptions options, IRunProgress progress, CancellationToken stop)
    {
        IReadOnlyList<RunGroup> groups = RunGroup.Of(runs);
        if (groups.Count > 1)
        {
            throw new PlotException($"distance-to-identity shows runs that differ in their seeds only, and {groups[1].Runs[0].Path} has {groups[1].Label} where {groups[0].Runs[0].Path} has {groups[0].Label}");
        }

        RunGroup group = groups[0];
        int[] all = group.Every(options.Every ?? 1, options.MaxIterations);
        int[] iterations = options.Every is null ? Thinned(all) : all;
        PaperMatrix[] matrices = [.. PaperMatrices(group.Runs[0])];
        Seeds[] distances = [.. matrices.Select(matrix => Seeds.OfUnequal([.. group.Runs.Select(run => RunGroup.Reached(run, iterations)
            .Select(t => DistanceToIdentity.Of<double>(Entries(run, t, matrix))).ToArray())]))];
        progress.Report(runs.Count);
        return new Plot(
            new LineFigure(
                "",
                new Axis("Iteration"),
                new Axis("Distance to identity", AxisScale.Logarithmic),
                matrices.Select((matrix, m) => SeedCurve.Of(Label(group.Runs[0], matrix), iterations, distances[m], 1) with { LineStyle = CurveStyle.At(m) })),
            [
                ("iteration", [.. iterations.Select(t => (double)t)]),
                .. matrices.SelectMany((matrix, m) => ((string, IReadOnlyList<double>)[])[($"{matrix.Name}: mean", distances[m].Mean), ($"{matrix.Name}: standard deviation", distances[m].Deviation)]),
            ],
            [.. matrices.Select((matrix, m) => ($"{matrix.Name}, distance at iteration {iterations[^1]}", distances[m].Mean[^1]))],
            [.. group.Warnings(iterations)]);
    }

    /// <summary>About two hundred points, and the first.</summary>
    private static int[] Thinned(int[] iterations)
    {
        int stride = Math.Max(1, iterations.Length / 200);
        return [.. iterations.Where((_, i) => i % stride == 0)];
    }

    /// <summary>Those that matter; where every B is held at zero, the A's.</summary>
    private static IEnumerable<PaperMatrix> PaperMatrices(LoadedRun run)
        => run.Settings.Model is not ModelKind.LinearTransformer
            ? throw new PlotException($"{run.Path}: its model is nonlinear-regression; matrices are shown of the linear transformer, which the theory is about")
            : run.Settings.Heads == 1
            ? run.Settings.ZeroP ? PaperMatrix.Queries(run.Settings.Shape) : PaperMatrix.Of(run.Settings.Shape)
            : throw new PlotException($"{run.Path}: its n-head is {run.Settings.Heads}; matrices are shown of runs with n-head 1");

    private static string Label(LoadedRun run, PaperMatrix matrix)
        => matrix.IsQuery && run.Run.History.Covariance is not null ? $"D Uᵀ {matrix.Label} U D" : matrix.Label;

    private static double[] Entries(LoadedRun run, int iteration, PaperMatrix matrix)
    {
        double[] entries = [.. run.Run.History.At(iteration).Slice(matrix.Offset, run.Settings.Shape.MatrixSize).ToArray().Select(entry => (double)entry)];
        return matrix.IsQuery && run.Run.History.Covariance is Covariance covariance ? CovarianceBasis.Of(covariance, entries) : entries;
    }

    private static IEnumerable<double> Diagonal(double[] matrix, int d) => Enumerable.Range(0, d).Select(i => matrix[i * (d + 1)]);
}
