using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Plots;

/// <summary>
/// All eigenvalues of the Hessian along a run, of the whole or of its blocks, beside the edge of stability: on the data set of a run that
/// has one, on the published test batch otherwise.
/// </summary>
internal static class SpectrumPlot
{
    private const int UsualPoints = 40;

    /// <summary>Eigenvalues that are so much smaller than the largest are not shown.</summary>
    private const double Smallest = 1e-6;

    /// <summary>Room above the largest eigenvalue, and how far above it the edge is not shown any more.</summary>
    private const double RoomAbove = 3;
    private const double FarAbove = 1000;

    private static readonly FigureStyle Thin = FigureStyle.Paper with { LineWidth = 0.7f };

    public static Plot Draw(IReadOnlyList<LoadedRun> runs, PlotOptions options, IProgressReporter progress, CancellationToken stop)
    {
        LoadedRun run = PlotCatalog.Single("spectrum", runs);
        int[] iterations = Iterations(run, options);
        IReadOnlyList<ParameterBlock> blocks = ParameterBlock.Of(run.Settings, NewModel(run).Live, options.Blocks ?? BlockKind.All);
        int[][] shares = [.. iterations.Chunk(Math.Max(1, (iterations.Length + options.Threads - 1) / options.Threads))];
        IRunProgress report = progress.Start("spectrum", iterations.Length);
        int done = 0;
        Point[] points = [.. SideBySide.Measure(shares, options.Threads, new Nobody(), share =>
        {
            MeasuredModel model = NewModel(run);
            return share.Select(t =>
            {
                stop.ThrowIfCancellationRequested();
                double[,] hessian = model.At(t).Hessian();
                Point point = new(t, [.. blocks.Select(block => SymmetricEigenvalues.Of(Block(hessian, block.Places)))]);
                report.Report(Interlocked.Increment(ref done));
                return point;
            }).ToArray();
        }, stop).SelectMany(share => share)];
        double largest = points.Max(point => point.Eigenvalues.Max(values => Math.Max(Math.Abs(values[0]), Math.Abs(values[^1]))));
        if (!(largest > 0))
        {
            throw new PlotException($"{run.Path}: its Hessian is zero; there is no spectrum to show");
        }

        PlotTable table = new("iteration", "block", "index", "eigenvalue", "edge");
        foreach ((Point point, int b, int i) in points.SelectMany(
            point => blocks.SelectMany((block, b) => block.Places.Select((_, i) => (point, b, i)))))
        {
            table.Add(point.Iteration, blocks[b].Name, i, point.Eigenvalues[b][i], Edge(run.Settings, point.Iteration));
        }

        LineFigure[] panels = [.. blocks.Select((block, b) => Panel(run.Settings, block, points, b, largest))];
        string on = run.Settings.DataSet is { } size
            ? string.Create(CultureInfo.InvariantCulture, $"the run's data set of {size:N0} prompts")
            : string.Create(CultureInfo.InvariantCulture, $"the published batch of {run.Settings.BatchSize:N0} prompts");
        string negative = points.Any(point => point.Eigenvalues.Any(values => values[0] < 0)) ? "; negative ones in orange" : "";
        string caption = $"Eigenvalues of the Hessian by their size, on {on}{negative}. From {EdgeName(run.Settings)} on, "
            + $"{EdgeOf(run.Settings)} is unstable.";
        Point last = points[^1];
        return new Plot(
            panels.Length == 1 ? panels[0] with { Note = caption } : new PanelFigure("", panels) { Note = caption, Style = Thin },
            caption,
            table,
            [
                .. blocks.SelectMany((block, b) => new (string, double)[]
                {
                    ($"{block.Name}, largest eigenvalue at iteration {last.Iteration}", last.Eigenvalues[b][^1]),
                    ($"{block.Name}, least eigenvalue at iteration {last.Iteration}", last.Eigenvalues[b][0]),
                }),
                ($"{EdgeName(run.Settings)} at iteration {last.Iteration}", Edge(run.Settings, last.Iteration)),
            ],
            []);
    }

    /// <summary>In double precision, whatever the run is in: small eigenvalues are far below the roundings of single precision.</summary>
    private static MeasuredModel NewModel(LoadedRun run)
    {
        if (run.DoubleHistory is { } twice)
        {
            return MeasuredModel.Of(run.Settings, twice, run.Settings.DrawDataSet());
        }

        History<double> history = new(run.Run.History.Layout, run.Run.History.Covariance);
        for (int i = 0; i < run.Run.History.Count; i++)
        {
            history.Add(run.Run.History.Iterations[i], [.. run.Run.History[i].ToArray().Select(value => (double)value)]);
        }

        return MeasuredModel.Of(run.Settings, history, run.Settings.DrawDataSet());
    }

    /// <summary>Those that are asked for, or about forty along the run; the last among them.</summary>
    public static int[] Iterations(LoadedRun run, PlotOptions options)
    {
        int[] all = [.. run.Iterations.Where(t => t < (options.MaxIterations ?? int.MaxValue))];
        if (all.Length == 0)
        {
            throw new PlotException($"{run.Path}: its history begins at iteration {run.Begin}: choose a --max-iters above that");
        }

        if (options.Every is { } every)
        {
            return [.. all.Where((t, i) => t % every == 0 || i == all.Length - 1)];
        }

        return PlotCatalog.Thinned(all, UsualPoints);
    }

    private static LineFigure Panel(TrainingSettings settings, ParameterBlock block, Point[] points, int b, double largest)
    {
        double[] x = [.. points.Select(point => (double)point.Iteration)];
        int count = block.Places.Length;
        List<Series> lines = [];
        for (int rank = 0; rank < count; rank++)
        {
            // Of each sign by their size: a line is the largest, the next one, and so on.
            Add("positive", rank, points.Select(point => point.Eigenvalues[b][count - 1 - rank]), Palette.At(0));
            Add("negative, by size", rank, points.Select(point => -point.Eigenvalues[b][rank]), Palette.At(1));
        }

        double[] edge = [.. points.Select(point => Edge(settings, point.Iteration))];
        double top = RoomAbove * Math.Max(largest, edge.Min() < FarAbove * largest ? edge.Min() : 0);
        if (edge.Min() < top)
        {
            lines.Add(new Series(EdgeName(settings), x, edge) { Color = FigureColor.Black, LineStyle = LineStyle.Dashed });
        }

        return new LineFigure(
            block.Name == "all parameters" ? "" : block.Name,
            new Axis("Iteration"),
            new Axis("Eigenvalue", AxisScale.Logarithmic) { Minimum = Smallest * largest, Maximum = top },
            lines)
        {
            Style = Thin,
        };

        void Add(string name, int rank, IEnumerable<double> values, FigureColor color)
        {
            // A line ends where its eigenvalue changes its sign.
            double[] y = [.. values];
            for (int begin = 0; begin < y.Length; begin++)
            {
                int end = begin;
                while (end < y.Length && y[end] > Smallest * largest)
                {
                    end++;
                }

                if (end - begin > 1)
                {
                    lines.Add(new Series(lines.Any(line => line.Name == name) ? "" : name, x[begin..end], y[begin..end]) { Color = color });
                }

                begin = end;
            }
        }
    }

    private static double[,] Block(double[,] hessian, int[] places)
    {
        double[,] block = new double[places.Length, places.Length];
        for (int i = 0; i < places.Length; i++)
        {
            for (int j = 0; j < places.Length; j++)
            {
                block[i, j] = hessian[places[i], places[j]];
            }
        }

        return block;
    }

    /// <summary>
    /// The largest curvature at which gradient descent is stable, 2/η; with momentum μ it is 2(1 + μ)/η (Cohen et al., <i>Gradient
    /// descent on neural networks typically occurs at the edge of stability</i>, 2021).
    /// </summary>
    private static double Edge(TrainingSettings settings, int iteration)
        => 2 * (1 + Momentum(settings)) / settings.StepSize(Math.Min(iteration, settings.MaxIterations - 1));

    private static double Momentum(TrainingSettings settings) => settings.Optimizer is Sgd sgd ? sgd.Momentum : 0;

    private static string EdgeName(TrainingSettings settings) => Momentum(settings) > 0 ? "2(1 + μ)/η" : "2/η";

    private static string EdgeOf(TrainingSettings settings)
        => Momentum(settings) > 0 ? "gradient descent with this momentum" : "plain gradient descent";

    /// <summary>Eigenvalues at an iteration, ascending, block by block.</summary>
    private sealed record Point(int Iteration, double[][] Eigenvalues);
}
