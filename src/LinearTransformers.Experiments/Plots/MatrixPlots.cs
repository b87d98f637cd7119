using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Prompts.Covariances;

namespace LinearTransformers.Experiments.Plots;

/// <summary>
/// The parameter matrices of runs, by layer and head; with a rotated covariance every A as D Uᵀ A U D unless the original basis is asked
/// for.
/// </summary>
internal static class MatrixPlots
{
    /// <summary>Those of four layers.</summary>
    private const int MostInARow = 7;

    private const int UsualPoints = 200;

    /// <summary>Heat maps at the end of the history.</summary>
    public static Plot Matrices(IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        LoadedRun run = PlotCatalog.Single("matrices", runs);
        int iteration = run.Iterations.LastOrDefault(t => t < (options.MaxIterations ?? int.MaxValue), -1);
        if (iteration < 0)
        {
            throw new PlotException($"{run.Path}: its history begins at iteration {run.Begin}: choose a --max-iters above that");
        }

        Shown[] matrices = [.. PaperMatrices(run)
            .Select(matrix => new Shown(run, matrix, Entries(run, iteration, matrix, options.Basis), options.Basis))];
        progress.Start("matrices", 1).Report(1);
        PlotTable table = new("matrix", "row", "column", "entry");
        foreach (Shown shown in matrices)
        {
            for (int i = 0; i < shown.Entries.Length; i++)
            {
                table.Add(shown.Name, i / shown.Matrix.Dimension, i % shown.Matrix.Dimension, shown.Entries[i]);
            }
        }

        string caption = $"Iteration {iteration}{Remark(run, options.Basis)}.{Tied(run)}";
        return new Plot(
            new HeatMapFigure("", matrices.Select(shown => HeatMap.FromRows(shown.Label, shown.Entries)))
            {
                Columns = Columns(matrices.Length, run.Settings.Heads),
                Note = caption,
            },
            caption,
            table,
            [.. matrices.Select(shown
                => ($"{shown.Name} at iteration {iteration}, mean of the diagonal", Diagonal(shown.Entries, shown.Matrix.Dimension)
                    .Average()))],
            []);
    }

    /// <summary>Distances to a multiple of the identity, mean ± standard deviation over seeds.</summary>
    public static Plot Distances(IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        List<string> leftOut = [];
        IReadOnlyList<RunGroup> groups = RunGroup.Of(runs, leftOut);
        if (groups.Count > 1)
        {
            throw new PlotException(
                $"distance-to-identity shows runs that differ in their seeds only, and {groups[1].Runs[0].Path} has {groups[1].Name} "
                    + $"where {groups[0].Runs[0].Path} has {groups[0].Name}");
        }

        RunGroup group = groups[0];
        int[] all = group.Every(options.Every ?? 1, options.MaxIterations);
        int[] iterations = options.Every is null ? PlotCatalog.Thinned(all, UsualPoints) : all;
        if (iterations.Length == 0)
        {
            throw new PlotException(
                $"{group.Runs[0].Path}: its history begins at iteration {group.Runs[0].Begin}: choose a --max-iters above that");
        }

        LoadedRun first = group.Runs[0];
        GroupCurve[] curves =
            [.. PaperMatrices(first)
                .Select(matrix => new GroupCurve(
                    Name(first, matrix, options.Basis), Label(first, matrix, options.Basis), iterations,
                        [.. iterations.Select(t => SeedPoint.Of(
            group.Runs.Where(run => t <= run.End)
                .Select(run => DistanceToIdentity.Of<double>(Entries(run, t, matrix, options.Basis)))))]))];
        progress.Start("distances", 1).Report(1);
        if (!curves.Any(curve => curve.CanBeDrawn()))
        {
            throw new PlotException($"{first.Path}: its distances are nowhere positive and finite; there is no curve of them");
        }

        string[] early = [.. group.Warnings(iterations)];
        string caption =
            $"{group.Title}: how far each matrix is from a multiple of the "
                + $"identity{Remark(first, options.Basis)}.{Tied(first)}"
                + (curves.Any(curve => curve.Points.Any(point => point.Count > 1))
                    ? " Band: the mean ± the standard deviation over seeds." : "");
        return new Plot(
            new LineFigure(
                "",
                new Axis("Iteration"),
                new Axis("Distance to identity", AxisScale.Logarithmic),
                curves.SelectMany((curve, m) => curve.Series(Palette.At(m), CurveStyle.At(m), point => point.Deviation)))
            {
                Note = caption,
                Size = new FigureSize(FigureSize.Column.Width, FigureSize.Column.Height + (10 * Math.Max(0, curves.Length - MostInARow))),
            },
            caption,
            GroupCurve.Table(curves, withPrompts: false),
            [.. curves.Select(curve => ($"{curve.Name}, distance at iteration {iterations[^1]}", curve.Points[^1].Mean))],
            [.. early, .. leftOut.Select(PlotCatalog.LeftOut)]);
    }

    /// <summary>Why there are no distances of a run; null if there are.</summary>
    public static string? HasNoDistances(LoadedRun run) => run.Settings.Model switch
    {
        LinearTransformerModel { Parameters: IdentityStructure } when run.Run.History.Covariance is null
            => "its matrices are multiples of the identity, by its parameters gd++: every distance is 0",
        LinearTransformerModel { IsFull: false } => null,
        LinearTransformerModel => "its matrices have a row for labels; distances to the identity are shown of those of covariates alone",
        _ => $"its model is {run.Settings.Model}; distances to the identity are shown of the linear transformer, which the theory is about",
    };

    /// <summary>Whole groups of heads in a row, where they fit.</summary>
    private static int? Columns(int matrices, int heads)
        => matrices <= MostInARow ? null : heads is > 1 and <= MostInARow ? MostInARow / heads * heads : MostInARow;

    /// <summary>Those that matter; where every B is held at zero, the A's.</summary>
    private static IEnumerable<PaperMatrix> PaperMatrices(LoadedRun run)
        => PaperMatrix.Of(run.Settings);

    private static bool IsWhitened(LoadedRun run, PaperMatrix matrix, MatrixBasis? basis)
        => matrix.IsQuery && run.Settings.Model is LinearTransformerModel && run.Run.History.Covariance is not null
            && basis is not MatrixBasis.Original;

    private static string Label(LoadedRun run, PaperMatrix matrix, MatrixBasis? basis)
        => IsWhitened(run, matrix, basis) ? matrix.WhitenedLabel : matrix.Label;

    private static string Name(LoadedRun run, PaperMatrix matrix, MatrixBasis? basis)
        => IsWhitened(run, matrix, basis) ? matrix.WhitenedName : matrix.Name;

    /// <summary>Which basis it is, where there are two.</summary>
    private static string Remark(LoadedRun run, MatrixBasis? basis)
        => run.Run.History.Covariance is null || run.Settings.Model is not LinearTransformerModel model ? ""
            : basis is MatrixBasis.Original ? ", in the basis of the covariates: every matrix as it is"
            : model.IsFull ? ", in the whitened basis: every Q as D Uᵀ Q U D (labels as they are), every P as it is"
            : ", in the whitened basis: every A as D Uᵀ A U D, every B as it is";

    private static string Tied(LoadedRun run)
        => run.Settings.Model is LinearTransformerModel { IsTied: true }
            ? FormattableString.Invariant($" Tied: all {run.Settings.Layers} layers have these matrices.") : "";

    private static double[] Entries(LoadedRun run, int iteration, PaperMatrix matrix, MatrixBasis? basis)
    {
        double[] entries = [.. PaperMatrix.Whole(run.Settings, run.Run.History.At(iteration)).AsSpan(matrix.Offset, matrix.Size).ToArray()
            .Select(entry => (double)entry)];
        return IsWhitened(run, matrix, basis) && run.Run.History.Covariance is Covariance covariance
            ? CovarianceBasis.Of(covariance, entries) : entries;
    }

    private static IEnumerable<double> Diagonal(double[] matrix, int d) => Enumerable.Range(0, d).Select(i => matrix[i * (d + 1)]);

    /// <summary>A matrix with its entries.</summary>
    private sealed record Shown(LoadedRun Run, PaperMatrix Matrix, double[] Entries, MatrixBasis? Basis)
    {
        public string Label => MatrixPlots.Label(Run, Matrix, Basis);

        public string Name => MatrixPlots.Name(Run, Matrix, Basis);
    }
}
