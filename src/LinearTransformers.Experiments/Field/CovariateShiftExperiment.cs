using System.Globalization;
using LinearTransformers.Experiments.Evaluation;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Settings;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Field;

/// <summary>
/// One linear layer on other prompts than it was trained on (Zhang, Frei and Bartlett, <i>Trained transformers learn linear models
/// in-context</i>, 2023, arXiv 2306.09927): w ~ N(0, I), x ~ N(0, Λ), trained with N = 20 examples; tested with M others, with other
/// tasks, with queries of another covariance, with covariates of another one, and trained with a random Λ for each prompt. The paper gives
/// no numbers; its theorems are held to <see cref="OneLayerLoss"/> and <see cref="GeneralOneLayer"/>.
/// </summary>
public sealed class CovariateShiftExperiment : IExperiment
{
    private const int Context = 20;
    private const int Dimension = 5;
    private const int PublishedPrompts = 100_000;
    private const double Share = 0.005;
    private const int Errors = 3;

    private static readonly int[] Examples = [5, 10, 20, 40, 80, 320];
    private static readonly double[] Scales = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];
    private static readonly double[] Ones = [1, 1, 1, 1, 1];
    private static readonly double[] Spectrum = [1, 1, 0.0625, 0.25, 4];
    private static readonly double[] Reversed = [4, 0.25, 0.0625, 1, 1];
    private static readonly double[] OtherTasks = [4, 2, 1, 0.5, 0.25];

    /// <inheritdoc/>
    public string Name => "covariate-shift";

    /// <inheritdoc/>
    public string Summary => "one layer tested with other examples, tasks, queries and covariates than in training (arXiv 2306.09927)";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2];

    /// <inheritdoc/>
    public int PublishedIterations => 6000;

    /// <inheritdoc/>
    public bool IsPublished => false;

    /// <inheritdoc/>
    public ExperimentResult Run(ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(progress);
        int iterations = options.MaxIterations ?? PublishedIterations;
        bool isFull = iterations == PublishedIterations;
        int prompts = isFull ? PublishedPrompts : 2000;
        IReadOnlyList<int> seeds = options.Seeds ?? PublishedSeeds;
        Kind[] kinds =
        [
            new("isotropic", "Λ = I", new IdentityCovariance(), Ones),
            new("anisotropic", $"Λ = diag({Text(Spectrum)})", Of(Spectrum), Spectrum),
            new("random", "a random Λ for each prompt", new RandomCovariance(), null),
        ];
        string suffix = isFull ? "" : $"-{iterations}its";
        RunPlan[] plans = [.. kinds.SelectMany(kind => seeds.Select(seed => new RunPlan(
            kind.Name + suffix, Settings(kind.Covariance, seed) with { MaxIterations = iterations, Stream = options.Stream })))];
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Name, plans, options, progress, stop);
        Group[] groups = [.. kinds.Select((kind, k) => new Group(
            kind,
            [.. runs.Skip(k * seeds.Count).Take(seeds.Count)],
            [.. plans.Skip(k * seeds.Count).Take(seeds.Count).Select(plan => Path.Combine(options.Root, Name, plan.Name))]))];

        Tester tester = new(this, prompts, isFull, options, progress, stop);
        List<ResultRow> rows = [];
        List<Series> byExamples = [];
        List<Series> byScale = [];
        foreach (Group group in groups)
        {
            tester.Trained(group, rows);
            tester.OtherExamples(group, rows, byExamples);
            if (group.Kind.Eigenvalues is { } eigenvalues)
            {
                tester.OtherTasks(group, eigenvalues, rows);
                tester.OtherQueries(group, eigenvalues, rows);
                tester.OtherCovariates(group, eigenvalues, rows);
                tester.Scaled(group, eigenvalues, rows, byScale);
            }
        }

        ResultFolder folder = new(this, options);
        folder.Draw("examples", () => new LineFigure(
            "", new Axis("Examples in the test, M", AxisScale.Logarithmic), new Axis("Loss / loss of predicting 0", AxisScale.Logarithmic),
            byExamples)
        {
            Note = $"Points: trained with N = {Context} examples, {prompts:N0} fresh prompts. Lines: exact.",
        });
        folder.Draw("scaled", () => new LineFigure(
            "", new Axis("Covariates times"), new Axis("Loss / loss of predicting 0", AxisScale.Logarithmic), byScale)
        {
            Note = "Points: trained models. Lines: exact. Above 1 the model is worse than predicting 0.",
            ReferenceLines = [new ReferenceLine("predicting 0", 1)],
        });
        return folder.Finish(rows);
    }

    /// <summary>The settings of a run.</summary>
    internal static TrainingSettings Settings(CovarianceLaw covariance, int seed) => new()
    {
        Layers = 1,
        Dimension = Dimension,
        ContextLength = Context,
        Covariance = covariance,
        TaskCovariance = new IdentityTaskCovariance(),
        BatchSize = 4000,
        ToClip = false,
        Schedule = new CosineRate { Final = 0.001 },
        HistoryStride = 100,
        Seed = seed,
    };

    /// <summary>A law of covariances.</summary>
    private sealed record Kind(string Name, string Label, CovarianceLaw Covariance, double[]? Eigenvalues);

    /// <summary>The runs of one law.</summary>
    private sealed record Group(Kind Kind, FinishedRun[] Runs, string[] Folders);

    private static CovarianceLaw Of(double[] eigenvalues) => Parts.Parse<CovarianceLaw>("covariance", $"spectrum:{Text(eigenvalues)}");

    private static string Text(IEnumerable<double> numbers)
        => string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    private static double Signal(double[] covariance, double[] tasks) => covariance.Zip(tasks, (x, w) => x * w).Sum();

    /// <summary>Tests the models, and holds the results to the exact ones.</summary>
    private sealed class Tester(
        CovariateShiftExperiment experiment,
        int prompts,
        bool isFull,
        ExperimentOptions options,
        IProgressReporter progress,
        CancellationToken stop)
    {
        /// <summary>The expected loss of the trained parameters, without sampling.</summary>
        public void Trained(Group group, List<ResultRow> rows)
        {
            if (group.Kind.Eigenvalues is not { } eigenvalues)
            {
                return;
            }

            double[,] covariance = Layer.Diagonal(eigenvalues);
            double exact = Optimum(eigenvalues).Loss;
            double ours = group.Runs.Average(
                run => OneLayerLoss.Expected(Context, Layer.Query(run), covariance, Layer.Diagonal(Ones)));
            rows.Add(new ResultRow(
                experiment.Name, $"{group.Kind.Label}: expected loss of the trained parameters, {Seeds(group)}; exact: the optimum",
                null, exact, ours, "0.5 %", Judge.Of((ours / exact) - 1 is >= -1e-6 and <= Share, isFull)));
        }

        /// <summary>M examples instead of N.</summary>
        public void OtherExamples(Group group, List<ResultRow> rows, List<Series> series)
        {
            double signal = group.Kind.Eigenvalues?.Sum() ?? Dimension;
            double[] exact = [.. Examples.Select(m => ExactAt(group.Kind, m))];
            (double Loss, double Error)[] ours =
                [.. Sampled(group, [.. Examples.Select(m => new TestPrompts([("N", m.ToString(CultureInfo.InvariantCulture))]))])];
            for (int i = 0; i < Examples.Length; i++)
            {
                rows.Add(Row(group, $"with {Examples[i]} examples", exact[i], ours[i]));
            }

            double[] fine = [.. Enumerable.Range(0, 61).Select(i => Math.Round(5 * Math.Pow(64, i / 60.0)))];
            FigureColor color = Palette.At(series.Count / 2);
            series.Add(new Series(group.Kind.Label, fine, fine.Select(m => ExactAt(group.Kind, (int)m) / signal))
            {
                Color = color,
            });
            series.Add(new Series("", Examples.Select(m => (double)m), ours.Select(loss => loss.Loss / signal))
            {
                Color = color,
                Marker = Marker.Circle,
                LineStyle = LineStyle.None,
            });
            if (group.Kind.Eigenvalues is null)
            {
                ReadOnlySpan<double> moments = RandomCovarianceLayer.Exponential;
                double step = RandomCovarianceLayer.Optimum(Context, Dimension, moments).Step;
                double limit = RandomCovarianceLayer.Loss(double.PositiveInfinity, Dimension, moments, step);
                double trained = group.Runs.Average(
                    run => RandomCovarianceLayer.Limit(Layer.Query(run), RandomCovarianceLayer.Exponential));
                rows.Add(new ResultRow(
                    experiment.Name,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{group.Kind.Label}: limit of many examples, {Seeds(group)}; no layer has less than d/3 = "
                            + $"{Dimension / 3.0:0.####}"),
                    null, limit, trained, "0.5 %", Judge.Of(Math.Abs((trained / limit) - 1) <= Share, isFull)));
            }
        }

        /// <summary>Tasks of another covariance: tolerated.</summary>
        public void OtherTasks(Group group, double[] eigenvalues, List<ResultRow> rows)
        {
            double exact = OneLayerLoss.Expected(
                Context, Optimum(eigenvalues).Query, Layer.Diagonal(eigenvalues), Layer.Diagonal(CovariateShiftExperiment.OtherTasks));
            (double Loss, double Error) ours = Sampled(
                group, [new TestPrompts([("task-covariance", $"spectrum:{Text(CovariateShiftExperiment.OtherTasks)}")])])[0];
            double signal = Signal(eigenvalues, CovariateShiftExperiment.OtherTasks);
            rows.Add(Row(group, $"tasks of covariance {Text(CovariateShiftExperiment.OtherTasks)}", exact, ours));
            rows.Add(Relative(group, "the same over the loss of predicting 0", exact / signal, ours.Loss / signal, isBetter: true));
        }

        /// <summary>Queries of another covariance: tolerated.</summary>
        public void OtherQueries(Group group, double[] eigenvalues, List<ResultRow> rows)
        {
            double[] queries = [.. Reversed.Select(value => 4 * value)];
            double exact = OneLayerLoss.Expected(
                Context, Optimum(eigenvalues).Query, Layer.Diagonal(eigenvalues), Layer.Diagonal(Ones),
                queryCovariance: Layer.Diagonal(queries));
            (double Loss, double Error)[] losses = [.. group.Runs.Select(run => ShiftedQueries.Sample(
                Layer.Query(run), Context, eigenvalues, queries, prompts, Measurements.FreshScores.TestKey))];
            (double Loss, double Error) ours = (losses.Average(loss => loss.Loss), losses.Average(loss => loss.Error));
            rows.Add(Row(group, $"queries of covariance {Text(queries)}", exact, ours));
            rows.Add(Relative(
                group, "the same over the loss of predicting 0", exact / queries.Sum(), ours.Loss / queries.Sum(), isBetter: true));
        }

        /// <summary>Covariates of another covariance, examples and query alike: not tolerated.</summary>
        public void OtherCovariates(Group group, double[] eigenvalues, List<ResultRow> rows)
        {
            double[] others = eigenvalues == Ones ? Spectrum : Reversed;
            double exact = OneLayerLoss.Expected(
                Context, Optimum(eigenvalues).Query, Layer.Diagonal(others), Layer.Diagonal(Ones));
            (double Loss, double Error) ours = Sampled(group, [new TestPrompts([("covariance", $"spectrum:{Text(others)}")])])[0];
            rows.Add(Row(group, $"covariates of covariance {Text(others)}", exact, ours));
            rows.Add(Relative(
                group, "the same over the loss of predicting 0", exact / others.Sum(), ours.Loss / others.Sum(), isBetter: false));
        }

        /// <summary>Covariates times c.</summary>
        public void Scaled(Group group, double[] eigenvalues, List<ResultRow> rows, List<Series> series)
        {
            (double Loss, double Error)[] ours = [.. Sampled(group, [.. Scales.Select(c => new TestPrompts([], c))])];
            for (int i = 0; i < Scales.Length; i++)
            {
                if (Scales[i] != 1)
                {
                    rows.Add(Row(group, string.Create(CultureInfo.InvariantCulture, $"covariates times {Scales[i]}"), Exact(Scales[i]),
                        ours[i]));
                }
            }

            double signal = eigenvalues.Sum();
            FigureColor color = Palette.At(series.Count / 2);
            double[] fine = [.. Enumerable.Range(0, 71).Select(i => 0.25 + (i * 1.75 / 70))];
            series.Add(new Series(group.Kind.Label, fine, fine.Select(c => Exact(c) / (c * c * signal))) { Color = color });
            series.Add(new Series("", Scales, Scales.Select((c, i) => ours[i].Loss / (c * c * signal)))
            {
                Color = color,
                Marker = Marker.Circle,
                LineStyle = LineStyle.None,
            });

            double Exact(double c) => OneLayerLoss.Expected(
                Context, Optimum(eigenvalues).Query, Layer.Diagonal([.. eigenvalues.Select(value => c * c * value)]), Layer.Diagonal(Ones));
        }

        private static GeneralOneLayerOptimum Optimum(double[] eigenvalues)
            => GeneralOneLayer.Optimum(Context, Layer.Diagonal(eigenvalues), Layer.Diagonal(Ones));

        /// <summary>The loss with M examples of the best layer for N.</summary>
        private static double ExactAt(Kind kind, int examples)
            => kind.Eigenvalues is { } eigenvalues
                ? OneLayerLoss.Expected(examples, Optimum(eigenvalues).Query, Layer.Diagonal(eigenvalues), Layer.Diagonal(Ones))
                : RandomCovarianceLayer.Loss(
                    examples, Dimension, RandomCovarianceLayer.Exponential,
                    RandomCovarianceLayer.Optimum(Context, Dimension, RandomCovarianceLayer.Exponential).Step);

        /// <summary>For each kind of prompts, the mean over seeds, and its error over prompts, which the seeds have in common.</summary>
        private (double Loss, double Error)[] Sampled(Group group, IReadOnlyList<TestPrompts> on)
        {
            List<string> leftOut = [];
            IReadOnlyList<EvaluationRow> found = Evaluator.Evaluate(
                group.Folders,
                new EvaluationOptions { On = on, Prompts = prompts, Baselines = [], WithFloors = false, Threads = options.Threads },
                leftOut,
                progress,
                stop);
            return [.. Enumerable.Range(0, on.Count).Select(i =>
            {
                EvaluationRow[] seeds = [.. Enumerable.Range(0, group.Folders.Length).Select(s => found[(s * on.Count) + i])];
                return (seeds.Average(row => row.Loss), seeds.Average(row => row.StandardError ?? double.NaN));
            })];
        }

        private ResultRow Row(Group group, string what, double exact, (double Loss, double Error) ours)
        {
            double tolerance = (Share * exact) + (Errors * ours.Error);
            return new ResultRow(
                experiment.Name,
                string.Create(CultureInfo.InvariantCulture, $"{group.Kind.Label}: {what}, {Seeds(group)} (± {ours.Error:G2})"),
                null, exact, ours.Loss,
                string.Create(CultureInfo.InvariantCulture, $"±{tolerance:G2}: 0.5 % and three errors"),
                Judge.Of(Math.Abs(ours.Loss - exact) <= tolerance, isFull));
        }

        private ResultRow Relative(Group group, string what, double exact, double ours, bool isBetter)
            => new(experiment.Name, $"{group.Kind.Label}: {what}", null, exact, ours, isBetter ? "below 1" : "on the same side of 1",
                Judge.Of(isBetter ? ours < 1 : ours > 1 == exact > 1, isFull));

        private static string Seeds(Group group)
            => group.Runs.Length == 1 ? $"seed {group.Runs[0].Seed}" : $"mean of {group.Runs.Length} seeds";
    }
}
