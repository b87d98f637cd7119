using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Settings;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Field;

/// <summary>
/// One layer trained by gradient descent from small parameters on a fixed set of 5000 prompts (Zhang, Singh, Latham and Saxe, <i>Training
/// dynamics of in-context learning in linear attention</i>, 2025, arXiv 2501.16265): with separate key and query it learns the directions
/// of the covariates one after another, the largest eigenvalue first, and the loss rests in between; with key and query merged it
/// falls once.
/// D = 4, N = 31, eigenvalues .4, .3, .2 and .1, w ~ N(0, I); each head's factor on labels is trained too. The plateaus are held to
/// <see cref="OneLayerPlateaus"/>, and to those of the very set.
/// </summary>
public sealed class PlateausExperiment : IExperiment
{
    private const int Context = 31;
    private const int Dimension = 4;
    private const int SetSize = 5000;
    private const int SetSeed = 1;
    private const int Stride = 10;
    private const double Share = 0.02;

    /// <summary>A rest's least slope is so much smaller than the slopes of the falls around it.</summary>
    private const double SlopeOfRest = 0.1;

    private static readonly double[] Eigenvalues = [0.4, 0.3, 0.2, 0.1];
    private static readonly double[] Published = [1, 0.64058, 0.37737, 0.20980, 0.13600];

    /// <inheritdoc/>
    public string Name => "plateaus";

    /// <inheritdoc/>
    public string Summary => "one layer from small parameters: a step for each eigenvector, or one step for all (arXiv 2501.16265)";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2, 3];

    /// <inheritdoc/>
    public int PublishedIterations => 20_000;

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
        Kind[] kinds =
        [
            new("separate-1", "separate, four heads of rank 1", new SeparateStructure { Rank = 1 }, Heads: Dimension, 1),
            new("separate-4", "separate, one head of rank 4", new SeparateStructure { Rank = Dimension }, Heads: 1, 10),
            new("merged", "merged", new SparseStructure(), Heads: 1, 10),
        ];
        string suffix = isFull ? "" : $"-{iterations}its";
        RunPlan[] plans = [.. kinds.SelectMany(kind => seeds.Select(seed => new RunPlan(
            kind.Name + suffix,
            Settings(kind, seed) with { MaxIterations = Math.Max(1, iterations / kind.Shorter), Stream = options.Stream })))];
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Name, plans, options, progress, stop);
        PromptSetLoss set = new(runs[0].Settings.DrawDataSet()!);
        double[,] best = GeneralOneLayer.Optimum(Context, Layer.Diagonal(Eigenvalues), Layer.Diagonal([1, 1, 1, 1])).Query;
        double[] diagonal = [.. Enumerable.Range(0, Dimension).Select(i => -best[i, i])];
        double[] ofSet = set.Plateaus(diagonal);

        ResultFolder folder = new(this, options);
        List<ResultRow> rows = [];
        List<ResultRow> details = [];
        double[] exact = OneLayerPlateaus.Losses(Context, Eigenvalues);
        for (int m = 0; m <= Dimension; m++)
        {
            rows.Add(new ResultRow(
                Name, $"plateau with {Counted.Of(m, "direction")} learnt, formula; on this set of {SetSize} prompts in place of ours",
                Published[m], exact[m], ofSet[m], null, Verdict.None));
        }

        List<Series> curves = [];
        for (int k = 0; k < kinds.Length; k++)
        {
            Way[] ways = [.. runs.Skip(k * seeds.Count).Take(seeds.Count).Select(run => Way.Of(run, set, diagonal))];
            Compare(kinds[k], ways, exact, ofSet, isFull, rows, details);
            foreach (Way way in ways)
            {
                curves.Add(new Series(
                    way == ways[0] ? kinds[k].Label : "", way.Points.Skip(1).Select(point => (double)point.Iteration),
                    way.Points.Skip(1).Select(point => point.Loss))
                {
                    Color = Palette.At(k),
                });
            }
        }

        folder.Draw("loss", () => new LineFigure("", new Axis("Iteration", AxisScale.Logarithmic), new Axis("Loss on the set"), curves)
        {
            Note = $"Loss on the {SetSize} prompts of the set, a line for each seed. Dashed: the plateaus of the set.",
            ReferenceLines = [.. ofSet.Select((loss, m) => new ReferenceLine(m == 0 || m == Dimension ? "" : $"{m} learnt", loss))],
        });
        return folder.Finish(rows, [.. details]);
    }

    /// <summary>A form of the layer.</summary>
    /// <param name="Name">In names of runs.</param>
    /// <param name="Label">In rows and figures.</param>
    /// <param name="Parameters">The form.</param>
    /// <param name="Heads">How many heads.</param>
    /// <param name="Shorter">How many times fewer iterations it takes.</param>
    private sealed record Kind(string Name, string Label, ParameterStructure Parameters, int Heads, int Shorter);

    /// <summary>An iteration of a run: the loss on the set, and the expected one.</summary>
    private readonly record struct Point(int Iteration, double Loss, double Expected, double Slope, double[] Diagonal);

    private static TrainingSettings Settings(Kind kind, int seed) => new()
    {
        Model = new LinearTransformerModel { Parameters = kind.Parameters, HasTrainedCorner = true },
        Layers = 1,
        Heads = kind.Heads,
        Dimension = Dimension,
        ContextLength = Context,
        Covariance = Parts.Parse<CovarianceLaw>("covariance", "spectrum:.4,.3,.2,.1"),
        TaskCovariance = new IdentityTaskCovariance(),
        DataSet = SetSize,
        BatchSize = SetSize,
        Optimizer = new Sgd { Momentum = 0 },
        LearningRate = 1,
        ToClip = false,
        InitialDeviation = 0.01,
        HistoryStride = Stride,
        Seed = seed,
        DataSeed = SetSeed,
    };

    /// <summary>What happens along a run.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Points">Losses and slopes.</param>
    /// <param name="Learnt">When the entry of each direction passes half its best value; null if never.</param>
    private sealed record Way(FinishedRun Run, Point[] Points, int?[] Learnt)
    {
        public static Way Of(FinishedRun run, PromptSetLoss set, double[] best)
        {
            List<Point> points = [];
            foreach (long t in run.History.Iterations)
            {
                double[,] query = Matrix(run, t);
                double loss = set.Of([.. query.Cast<double>().Select(value => -value)]);
                double expected = OneLayerLoss.Expected(
                    Context, query, Layer.Diagonal(Eigenvalues), Layer.Diagonal([.. Eigenvalues.Select(_ => 1.0)]));
                double slope = points.Count == 0 ? 0 : Math.Log(points[^1].Loss / loss) / (t - points[^1].Iteration);
                points.Add(new Point((int)t, loss, expected, slope, [.. Enumerable.Range(0, Dimension).Select(i => -query[i, i])]));
            }

            return new Way(run, [.. points], [.. best.Select((value, i) => points.Where(point => point.Diagonal[i] > value / 2)
                .Select(point => (int?)point.Iteration).FirstOrDefault())]);
        }

        /// <summary>Whether all directions are learnt, the largest eigenvalue first.</summary>
        public bool IsInOrder => HasAll && Learnt.Zip(Learnt.Skip(1)).All(pair => pair.First < pair.Second);

        public bool HasAll => Learnt.All(t => t is not null);

        /// <summary>The point of least slope with m directions learnt; the last one with all of them.</summary>
        public Point RestWith(int m)
        {
            int[] times = [.. Learnt.Select(t => t ?? int.MaxValue).Order()];
            int begin = m == 0 ? Stride : times[m - 1];
            int end = m == Dimension ? int.MaxValue : times[m];
            Point[] between = [.. Points.Where(point => point.Iteration >= begin && point.Iteration < end)];
            return m == Dimension || between.Length == 0 ? Points[^1] : between.MinBy(point => Math.Abs(point.Slope));
        }

        /// <summary>
        /// Rests between the first and the last direction: where the slope is far below those of the falls on both sides.
        /// </summary>
        public int Rests()
        {
            int[] times = [.. Learnt.Where(t => t is not null).Select(t => t!.Value).Order()];
            int rests = 0;
            for (int m = 1; m < times.Length; m++)
            {
                Point[] between = [.. Points.Where(point => point.Iteration >= times[m - 1] && point.Iteration <= times[m])];
                if (between.Length > 0)
                {
                    double least = between.Min(point => Math.Abs(point.Slope));
                    int at = Array.FindIndex(between, point => Math.Abs(point.Slope) == least);
                    double before = between.Take(at + 1).Max(point => point.Slope);
                    double after = between.Skip(at).Max(point => point.Slope);
                    rests += least < SlopeOfRest * Math.Min(before, after) ? 1 : 0;
                }
            }

            return rests;
        }

        private static double[,] Matrix(FinishedRun run, long iteration)
        {
            const int Side = Dimension + 1;
            TrainingSettings settings = run.Settings;
            float[] matrices = ((LinearTransformerModel)settings.Model).Matrices(settings.Sizes, run.History.At(iteration));
            double[,] query = new double[Dimension, Dimension];
            for (int head = 0; head < settings.Heads; head++)
            {
                ReadOnlySpan<float> p = matrices.AsSpan(2 * head * Side * Side, Side * Side);
                ReadOnlySpan<float> q = matrices.AsSpan(((2 * head) + 1) * Side * Side, Side * Side);
                for (int i = 0; i < Dimension * Dimension; i++)
                {
                    query[i / Dimension, i % Dimension] += (double)p[^1] * q[(i / Dimension * Side) + (i % Dimension)];
                }
            }

            return query;
        }
    }

    private void Compare(
        Kind kind, Way[] ways, double[] exact, double[] ofSet, bool isFull, List<ResultRow> rows, List<ResultRow> details)
    {
        bool isSeparate = kind.Parameters is SeparateStructure;
        int expected = isSeparate ? Dimension - 1 : 0;
        rows.Add(new ResultRow(
            Name,
            $"{kind.Label}: seeds that have learnt all directions by iteration {ways[0].Run.Settings.MaxIterations}, of {ways.Length}",
            null, null, ways.Count(way => way.HasAll), null, Verdict.None));
        rows.Add(new ResultRow(
            Name, $"{kind.Label}: seeds that learn the directions in the order of the eigenvalues", null, ways.Length,
            ways.Count(way => way.IsInOrder), isSeparate && kind.Heads > 1 ? "all that have learnt all" : null,
            Judge.Of(
                ways.All(way => way.IsInOrder || !way.HasAll) && ways.Any(way => way.HasAll), isFull && isSeparate && kind.Heads > 1)));
        double rests = ways.Where(way => way.HasAll).Select(way => (double)way.Rests()).DefaultIfEmpty(double.NaN).Average();
        bool isOneHead = isSeparate && kind.Heads == 1;
        rows.Add(new ResultRow(
            Name, $"{kind.Label}: rests between the first and the last direction, mean of the seeds", null, expected, rests,
            isOneHead ? null : "equal", Judge.Of(rests == expected, isFull && !isOneHead)));
        if (!isSeparate)
        {
            double end = ways.Average(way => way.Points[^1].Loss);
            rows.Add(new ResultRow(
                Name, $"{kind.Label}: loss on the set at the end; exact: its least", Published[^1], ofSet[^1], end, "2 %",
                Judge.Of(Math.Abs((end / ofSet[^1]) - 1) <= Share, isFull)));
            return;
        }

        Way[] whole = [.. ways.Where(way => way.HasAll)];
        for (int m = 0; m <= Dimension && whole.Length > 0; m++)
        {
            Point[] points = [.. whole.Select(way => way.RestWith(m))];
            string what = $"{kind.Label}: where the loss rests with {Counted.Of(m, "direction")} learnt, mean of "
                + $"{Counted.Of(whole.Length, "seed")}";
            bool isJudged = isFull && !isOneHead;
            double onSet = points.Average(point => point.Loss);
            rows.Add(new ResultRow(
                Name, $"{what}: on the set", null, ofSet[m], onSet, isOneHead ? null : "2 %",
                Judge.Of(Math.Abs((onSet / ofSet[m]) - 1) <= Share, isJudged)));
            double all = points.Average(point => point.Expected);
            rows.Add(new ResultRow(
                Name, $"{what}: of all prompts", Published[m], exact[m], all, isOneHead ? null : "2 %",
                Judge.Of(Math.Abs((all / exact[m]) - 1) <= Share, isJudged)));
            details.AddRange(points.Select((point, i) => new ResultRow(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{kind.Label}, seed {whole[i].Run.Seed}, {m} learnt: loss on the set at iteration {point.Iteration}"),
                null, ofSet[m], point.Loss, null, Verdict.None)));
        }
    }
}
