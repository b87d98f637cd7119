using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Settings;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Field;

/// <summary>
/// A finite pool of tasks (Lu, Letey, Zavatone-Veth, Maiti and Pehlevan, <i>Asymptotic theory of in-context learning by linear
/// attention</i>, 2024, arXiv 2405.11751): one layer solved in closed form on τd² prompts of κd tasks with αd examples, tested on fresh
/// tasks, against the formula for large d; ridge regression and the Bayes predictor of the pool beside; and one layer trained by descent
/// on as many prompts.
/// </summary>
public sealed class TaskPoolExperiment : IExperiment
{
    private const double Alpha = 1;
    private const double Kappa = 0.5;
    private const double Rho = 0.01;
    private const int TrainedDimension = 20;
    private const int PoolDimension = 20;
    private const double PoolTau = 10;
    private const int PoolRepetitions = 8;
    private const int Contexts = 1000;

    private static readonly double[] Taus = [0.2, 0.85, 1.5];
    private static readonly double[] Published = [1.0466, 3.2742, 1.7698];
    /// <summary>ρ of the comparison with ridge and Bayes.</summary>
    private static readonly double[] Noises = [Rho, 1];

    private static readonly double[] Pools = [0.25, 0.5, 1, 2, 4, 8, 16];

    /// <summary>Dimensions, each with its repetitions for each τ.</summary>
    private static readonly (int Dimension, int[] Repetitions)[] Sizes =
        [(10, [400, 800, 400]), (20, [100, 200, 100]), (40, [32, 32, 16])];

    private static readonly (int Dimension, int[] Repetitions)[] SmallSizes = [(6, [4, 4, 4]), (10, [4, 4, 4])];

    /// <inheritdoc/>
    public string Name => "task-pool";

    /// <inheritdoc/>
    public string Summary => "one layer on a finite pool of tasks, solved and trained, against theory, ridge and Bayes (arXiv 2405.11751)";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2];

    /// <inheritdoc/>
    public int PublishedIterations => 400;

    /// <inheritdoc/>
    public bool IsPublished => false;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        bool isFull = iterations == PublishedIterations;
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        string suffix = isFull ? "" : $"-{iterations}its";
        RunPlan[] plans = [.. Taus.SelectMany(tau => seeds.Select(seed => new RunPlan(
            string.Create(CultureInfo.InvariantCulture, $"tau{tau}{suffix}"),
            Settings(tau, seed) with { MaxIterations = iterations, Stream = options.Stream })))];
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Name, plans, options, progress, stop);

        ResultFolder folder = new(this, options);
        List<ResultRow> rows = [];
        List<Series> approach = [];
        Solve(isFull, options, progress, rows, approach, stop);
        PoolPoint[][] pools = [.. Noises.Select(rho => ComparePools(rho, isFull, options, progress, rows, stop))];
        Trained(runs, seeds.Count, isFull, rows);
        folder.Draw("approach", () => new LineFigure(
            "", new Axis("d"), new Axis("Error on fresh tasks", AxisScale.Logarithmic), approach)
        {
            Note = "Solved in closed form; bands: ± two standard errors. Dashed: the formula for large d.",
            ReferenceLines = [.. Taus.Select(tau => new ReferenceLine("", TaskPoolAsymptotics.Error(Alpha, Kappa, tau, Rho)))],
        });
        folder.Draw("pools", () => PoolFigure(pools));
        return folder.Finish(rows);
    }

    private static TrainingSettings Settings(double tau, int seed)
    {
        int prompts = (int)Math.Round(tau * TrainedDimension * TrainedDimension);
        string variance = (1.0 / TrainedDimension).ToString(CultureInfo.InvariantCulture);
        return new TrainingSettings
        {
            Layers = 1,
            Dimension = TrainedDimension,
            ContextLength = (int)(Alpha * TrainedDimension),
            Covariance = Parts.Parse<CovarianceLaw>(
                "covariance", "spectrum:" + string.Join(',', Enumerable.Repeat(variance, TrainedDimension))),
            TaskCovariance = new IdentityTaskCovariance(),
            Tasks = new PoolTasks { Count = (int)(Kappa * TrainedDimension), Seed = seed },
            Noise = new FixedNoise { Deviation = Math.Sqrt(Rho) },
            DataSet = prompts,
            BatchSize = prompts,
            Optimizer = new Lbfgs(),
            LearningRate = 1,
            InitialDeviation = 1e-4,
            HistoryStride = 100,
            Seed = seed,
        };
    }

    /// <summary>
    /// Errors of a fitted layer, of ridge regression and of the pool's Bayes predictor, on the pool's tasks and on fresh ones.
    /// </summary>
    private sealed record Errors(double[] OfPool, double[] Fresh);

    private sealed record PoolPoint(double Kappa, double[] OfPool, double[] Fresh);

    /// <summary>Draws a pool and prompts, solves, and tests.</summary>
    private static Errors Once(int d, double kappa, double tau, double rho, bool withOthers, ulong seed)
    {
        PoolPrompts prompts = new(d, (int)Math.Round(Alpha * d), rho, seed);
        double[][] pool = [.. Enumerable.Range(0, (int)Math.Round(kappa * d)).Select(_ => prompts.DrawTask())];
        (double[] Features, double[] Query, double Label)[] set =
            [.. Enumerable.Range(0, (int)Math.Round(tau * d * d)).Select(_ => prompts.Draw(prompts.Choose(pool)))];
        double[] gamma = ReadOutLayer.Fit(
            [.. set.Select(prompt => prompt.Features)], [.. set.Select(prompt => prompt.Query)], [.. set.Select(prompt => prompt.Label)]);
        return new Errors(withOthers ? Test(() => prompts.Choose(pool)) : [], Test(prompts.DrawTask));

        double[] Test(Func<double[]> drawTask)
        {
            double[] sums = new double[3];
            for (int i = 0; i < Contexts; i++)
            {
                double[] task = drawTask();
                (double[] features, _, _) = prompts.Draw(task);
                double[] ours = new double[d];
                for (int k = 0; k < gamma.Length; k++)
                {
                    ours[k / (d + 1)] += gamma[k] * features[k % (d + 1)];
                }

                sums[0] += Error(task, ours) / Contexts;
                if (withOthers)
                {
                    sums[1] += Error(task, Ridge(prompts, d, rho)) / Contexts;
                    sums[2] += Error(task, Bayes(prompts, pool, d, rho)) / Contexts;
                }
            }

            return sums;
        }

        double Error(double[] task, double[] estimate)
            => (task.Zip(estimate, (w, e) => (w - e) * (w - e)).Sum() / task.Length) + rho;
    }

    /// <summary>(XᵀX + ρ I)⁻¹ Xᵀ y, Bayes for tasks N(0, I).</summary>
    private static double[] Ridge(PoolPrompts prompts, int d, double rho)
    {
        double[,] system = new double[d, d];
        double[] right = new double[d];
        for (int i = 0; i < prompts.Labels.Length; i++)
        {
            ReadOnlySpan<double> x = prompts.Covariates.AsSpan(i * d, d);
            for (int k = 0; k < d; k++)
            {
                right[k] += x[k] * prompts.Labels[i];
                for (int l = 0; l <= k; l++)
                {
                    system[k, l] += x[k] * x[l];
                }
            }
        }

        for (int k = 0; k < d; k++)
        {
            system[k, k] += rho;
        }

        return DenseSolver.SolvePositive(system, right);
    }

    /// <summary>The mean of the pool's vectors, weighted by their likelihoods.</summary>
    private static double[] Bayes(PoolPrompts prompts, double[][] pool, int d, double rho)
    {
        double[] exponents = [.. pool.Select(task =>
        {
            double squares = 0;
            for (int i = 0; i < prompts.Labels.Length; i++)
            {
                double residual = prompts.Labels[i];
                for (int k = 0; k < d; k++)
                {
                    residual -= task[k] * prompts.Covariates[(i * d) + k];
                }

                squares += residual * residual;
            }

            return -squares / (2 * rho);
        })];
        double largest = exponents.Max();
        double[] weights = [.. exponents.Select(exponent => Math.Exp(exponent - largest))];
        double sum = weights.Sum();
        return [.. Enumerable.Range(0, d).Select(k => pool.Select((task, j) => weights[j] * task[k]).Sum() / sum)];
    }

    private void Solve(
        bool isFull,
        ExperimentOptions options,
        IProgressReporter progress,
        List<ResultRow> rows,
        List<Series> approach,
        CancellationToken stop)
    {
        (int Dimension, int[] Repetitions)[] sizes = isFull ? Sizes : SmallSizes;

        // The largest first, so that none is left for the end.
        (int Dimension, int Tau, int Repetition)[] items = [.. sizes.Reverse().SelectMany(size => Enumerable.Range(0, Taus.Length).Reverse()
            .SelectMany(t => Enumerable.Range(0, size.Repetitions[t]).Select(r => (size.Dimension, t, r))))];
        double[] errors = SideBySide.Measure(
            items, options.Threads, progress.Start("layers solved", items.Length, cost: 1e6),
            item => Once(
                item.Dimension, Kappa, Taus[item.Tau], Rho, withOthers: false,
                ((ulong)item.Dimension << 32) + ((ulong)item.Tau << 16) + (ulong)item.Repetition).Fresh[0],
            stop);
        for (int t = 0; t < Taus.Length; t++)
        {
            double exact = TaskPoolAsymptotics.Error(Alpha, Kappa, Taus[t], Rho);
            (double Mean, double Error)[] means = [.. sizes.Select(size =>
            {
                double[] values = [.. errors.Where((_, i) => items[i].Dimension == size.Dimension && items[i].Tau == t)];
                Seeds seeds = Seeds.OfValues(values);
                return (seeds.Mean[0], seeds.Deviation[0] / Math.Sqrt(values.Length));
            })];
            for (int s = 0; s < sizes.Length; s++)
            {
                bool isLargest = s == sizes.Length - 1;
                rows.Add(new ResultRow(
                    Name, string.Create(
                        CultureInfo.InvariantCulture,
                        $"τ = {Taus[t]}, d = {sizes[s].Dimension}: error on fresh tasks, mean of {sizes[s].Repetitions[t]} "
                            + $"(± {means[s].Error:G2}); exact: large d"),
                    isLargest && isFull ? Published[t] : null, exact, means[s].Mean, null, Verdict.None));
            }

            // What is left is nearly proportional to 1/d.
            double ratio = (double)sizes[^1].Dimension / sizes[^2].Dimension;
            double limit = ((ratio * means[^1].Mean) - means[^2].Mean) / (ratio - 1);
            double error = Math.Sqrt(Math.Pow(ratio * means[^1].Error, 2) + Math.Pow(means[^2].Error, 2)) / (ratio - 1);
            rows.Add(new ResultRow(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"τ = {Taus[t]}: extrapolated in 1/d from d = {sizes[^2].Dimension} and {sizes[^1].Dimension} (± {error:G2})"),
                null, exact, limit, "5 % and two errors",
                Judge.Of(Math.Abs(limit - exact) <= (0.05 * exact) + (2 * error), isFull)));

            double first = Math.Abs(means[0].Mean - exact);
            double last = Math.Abs(means[^1].Mean - exact);
            rows.Add(new ResultRow(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"τ = {Taus[t]}: distance from the formula at d = {sizes[^1].Dimension} over that at d = {sizes[0].Dimension}"),
                null, null, last / first, "below 1", Judge.Of(last < first, isFull)));
            approach.Add(new Series(
                string.Create(CultureInfo.InvariantCulture, $"τ = {Taus[t]}"), sizes.Select(size => (double)size.Dimension),
                means.Select(mean => mean.Mean))
            {
                Marker = Marker.Circle,
                Band = Band.Around([.. means.Select(mean => mean.Mean)], [.. means.Select(mean => 2 * mean.Error)]),
            });
        }
    }

    private PoolPoint[] ComparePools(
        double rho, bool isFull, ExperimentOptions options, IProgressReporter progress, List<ResultRow> rows, CancellationToken stop)
    {
        (int d, int repetitions, double tau) = isFull ? (PoolDimension, PoolRepetitions, PoolTau) : (6, 2, 3.0);
        (double Kappa, int Repetition)[] items =
            [.. Pools.SelectMany(kappa => Enumerable.Range(0, repetitions).Select(r => (kappa, r)))];
        Errors[] errors = SideBySide.Measure(
            items, options.Threads, progress.Start("pools", items.Length, cost: 1e6),
            item => Once(
                d, item.Kappa, tau, rho, withOthers: true, (1UL << 48) + ((ulong)(item.Kappa * 4) << 16) + (ulong)item.Repetition),
            stop);
        PoolPoint[] points = [.. Pools.Select(kappa =>
        {
            Errors[] these = [.. errors.Where((_, i) => items[i].Kappa == kappa)];
            return new PoolPoint(
                kappa,
                [.. Enumerable.Range(0, 3).Select(i => these.Average(error => error.OfPool[i]))],
                [.. Enumerable.Range(0, 3).Select(i => these.Average(error => error.Fresh[i]))]);
        })];
        string where = string.Create(CultureInfo.InvariantCulture, $"d = {d}, τ = {tau}, ρ = {rho}");
        foreach (PoolPoint point in points)
        {
            rows.Add(Row(point, "tasks of the pool", point.OfPool, null));
            rows.Add(Row(point, "fresh tasks", point.Fresh, TaskPoolAsymptotics.Error(Alpha, point.Kappa, tau, rho)));
        }

        rows.Add(Beaten("ridge, on tasks of the pool", point => point.OfPool[0] < point.OfPool[1]));
        rows.Add(Beaten("ridge, on fresh tasks", point => point.Fresh[0] < point.Fresh[1]));
        rows.Add(Beaten("the pool's Bayes predictor, on tasks of the pool", point => point.OfPool[0] < point.OfPool[2]));
        rows.Add(Beaten("the pool's Bayes predictor, on fresh tasks", point => point.Fresh[0] < point.Fresh[2]));
        return points;

        ResultRow Row(PoolPoint point, string on, double[] values, double? exact)
            => new(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{where}, κ = {point.Kappa}: error on {on}; ridge {values[1]:G3}, the pool's Bayes {values[2]:G3}"),
                null, exact, values[0], null, Verdict.None);

        ResultRow Beaten(string what, Func<PoolPoint, bool> isBeaten)
        {
            string[] these = [.. points.Where(isBeaten).Select(point => point.Kappa.ToString(CultureInfo.InvariantCulture))];
            return new ResultRow(
                Name, $"{where}: pools where the layer beats {what}, of {points.Length}"
                    + $"{(these.Length == 0 ? "" : ": κ = " + string.Join(", ", these))}",
                null, null, these.Length, null, Verdict.None);
        }
    }

    /// <summary>Layers trained by descent, against the closed form on their own prompts, tested on fresh tasks N(0, I).</summary>
    private void Trained(IReadOnlyList<FinishedRun> runs, int seeds, bool isFull, List<ResultRow> rows)
    {
        double[,] covariance = Layer.Diagonal([.. Enumerable.Repeat(1.0 / TrainedDimension, TrainedDimension)]);
        double[,] tasks = Layer.Diagonal([.. Enumerable.Repeat(1.0, TrainedDimension)]);
        for (int t = 0; t < Taus.Length; t++)
        {
            FinishedRun[] these = [.. runs.Skip(t * seeds).Take(seeds)];
            double ours = these.Average(run => Loss(Layer.Query(run)));
            double exact = these.Average(run => Loss(Solved(run.Settings.DrawDataSet()!)));
            rows.Add(new ResultRow(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"τ = {Taus[t]}, d = {TrainedDimension}: trained by L-BFGS, expected loss on fresh tasks, mean of {seeds} seeds; ")
                    + "exact: the closed form on the same prompts",
                null, exact, ours, "2 %", Judge.Of(Math.Abs((ours / exact) - 1) <= 0.02, isFull)));
        }

        double Loss(double[,] query) => OneLayerLoss.Expected(
            (int)(Alpha * TrainedDimension), query, covariance, tasks, Rho);
    }

    /// <summary>−A of the closed form, without the feature of squared labels, which a layer of covariates does not have.</summary>
    private static double[,] Solved(PromptBatch set)
    {
        int d = set.Settings.Dimension;
        int n = set.Settings.ContextLength;
        (float[] tokens, float[] labels) = set.ToTokens();
        int length = (n + 1) * (d + 1);
        double[][] features = new double[labels.Length][];
        double[][] queries = new double[labels.Length][];
        for (int p = 0; p < labels.Length; p++)
        {
            features[p] = new double[d];
            queries[p] = new double[d];
            for (int k = 0; k < d; k++)
            {
                queries[p][k] = tokens[(p * length) + (n * (d + 1)) + k];
                for (int i = 0; i < n; i++)
                {
                    int row = (p * length) + (i * (d + 1));
                    features[p][k] += (double)tokens[row + k] * tokens[row + d] / n;
                }
            }
        }

        double[] gamma = ReadOutLayer.Fit(features, queries, [.. labels.Select(label => (double)label)]);
        double[,] query = new double[d, d];
        for (int i = 0; i < gamma.Length; i++)
        {
            query[i / d, i % d] = -gamma[i];
        }

        return query;
    }

    private static PanelFigure PoolFigure(PoolPoint[][] pools)
    {
        return new PanelFigure("", pools.SelectMany((points, i) => (LineFigure[])[
            Panel(points, string.Create(CultureInfo.InvariantCulture, $"tasks of the pool, ρ = {Noises[i]}"), point => point.OfPool),
            Panel(points, string.Create(CultureInfo.InvariantCulture, $"fresh tasks, ρ = {Noises[i]}"), point => point.Fresh),
        ]))
        {
            Columns = 2,
            ShareVerticalAxis = false,
            Note = "One layer solved in closed form, ridge regression, and the Bayes predictor of the pool.",
        };

        LineFigure Panel(PoolPoint[] points, string title, Func<PoolPoint, double[]> errors)
            => new(
                title,
                new Axis("Tasks of the pool / d", AxisScale.Logarithmic),
                new Axis("Error", AxisScale.Logarithmic),
                new (string Name, int Place)[] { ("one layer", 0), ("ridge", 1), ("Bayes of the pool", 2) }.Select(
                    one => new Series(one.Name, points.Select(point => point.Kappa), points.Select(point => errors(point)[one.Place]))
                    {
                        Marker = Marker.Circle,
                    }));
    }
}
