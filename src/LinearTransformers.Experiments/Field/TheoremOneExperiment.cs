using System.Globalization;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Numerics;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Settings;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Field;

/// <summary>
/// Theorem 1 of paper [1]: of all matrices P and Q of one layer, (d+1) × (d+1), a sparse pattern is the best: a number in the corner of P,
/// a matrix of covariates in Q, zeros elsewhere. Both are trained whole, w ~ N(0, I), from several seeds, with Σ = I and with a Σ one of
/// whose eigenvalues is much larger than the others.
/// </summary>
/// <remarks>
/// <para>
/// With p = (p_x, c) the last row of P, and Q_x, q the columns of Q that meet covariates and labels, the layer predicts −x_qᵀ (Q_x c + q
/// p_xᵀ) g and terms that are even in w, which do harm. So a product c Q_x, or a product q p_xᵀ of rank one, can do the work. Near zero
/// both grow exponentially: the first at a rate proportional to the root of Σ λ_k⁴, the second at one proportional to λ_max². Where
/// one eigenvalue is much larger than the others the rates are equal but for little, and the start decides.
/// </para>
/// <para>
/// The best matrix of rank one, with c = Q_x = 0, is a stationary point, where the even terms are zero too; its loss is that of the first
/// plateau of <see cref="OneLayerPlateaus"/>. Next to it, with a small c Q_x, runs of the second kind find a local minimum.
/// </para>
/// </remarks>
public sealed class TheoremOneExperiment : IExperiment
{
    private const int Context = 20;
    private const int Dimension = 5;
    private const double LossShare = 0.005;
    private const double EntryShare = 0.02;
    private const double Close = 1.1;
    private const int ScoredPrompts = 100_000;

    /// <inheritdoc/>
    public string Name => "theorem-1";

    /// <inheritdoc/>
    public string Summary => "one layer, all of P and Q trained: the sparse pattern and its optimum emerge (paper [1], theorem 1)";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2, 3, 4, 5, 6, 7];

    /// <inheritdoc/>
    public int PublishedIterations => 8000;

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
            new("spectrum", "Σ = diag(1, 1, 1/16, 1/4, 4)", [1, 1, 0.0625, 0.25, 4]),
            new("identity", "Σ = I", [1, 1, 1, 1, 1]),
        ];
        string suffix = isFull ? "" : $"-{iterations}its";
        RunPlan[] plans = [.. kinds.SelectMany(kind => seeds.Select(seed => new RunPlan(
            kind.Name + suffix, Settings(kind, seed) with { MaxIterations = iterations, Stream = options.Stream })))];
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Name, plans, options, progress, stop);
        int prompts = isFull ? ScoredPrompts : 2000;

        ResultFolder folder = new(this, options);
        List<ResultRow> rows = [];
        List<ResultRow> details = [];
        for (int k = 0; k < kinds.Length; k++)
        {
            FinishedRun[] ofKind = [.. runs.Skip(k * seeds.Count).Take(seeds.Count)];
            End[] ends = Ends(kinds[k], ofKind, prompts, options, progress, stop);
            Compare(kinds[k], ends, isFull, rows, details);
            End shown = ends.MinBy(end => end.Loss)!;
            folder.Draw($"matrices-{kinds[k].Name}", () => Matrices(kinds[k], shown));
            if (ends.FirstOrDefault(end => !end.Reaches) is { } other)
            {
                folder.Draw($"other-matrices-{kinds[k].Name}", () => Matrices(kinds[k], other));
            }

            folder.Draw($"loss-{kinds[k].Name}", () => Losses(kinds[k], ends));
        }

        return folder.Finish(rows, [.. details]);
    }

    /// <summary>A covariance Σ.</summary>
    private sealed record Kind(string Name, string Label, double[] Eigenvalues)
    {
        /// <summary>The optimum of the theorem.</summary>
        public GeneralOneLayerOptimum Optimum { get; } =
            GeneralOneLayer.Optimum(Context, Layer.Diagonal(Eigenvalues), Layer.Diagonal([.. Eigenvalues.Select(_ => 1.0)]));

        /// <summary>The rate at which c Q_x grows near zero over that of q p_xᵀ.</summary>
        public double RatioOfRates { get; } =
            Math.Sqrt(Eigenvalues.Sum(value => Math.Pow(value / Eigenvalues.Max(), 4)));

        /// <summary>The loss of the best matrix of rank one.</summary>
        public double OfRankOne { get; } = OneLayerPlateaus.Losses(Context, Eigenvalues)[1];
    }

    /// <summary>How a run ended.</summary>
    /// <param name="Run">The run.</param>
    /// <param name="Loss">The optimum's exact loss and the excess over it on the same prompts.</param>
    /// <param name="LossByRankOne">The same with the best matrix of rank one in the optimum's place.</param>
    /// <param name="Reaches">Whether the first is within 0.5 % of the optimum.</param>
    /// <param name="IsFirst">Whether at the start the corner of P and Q_x outweigh p_x and q.</param>
    private sealed record End(FinishedRun Run, double Loss, double LossByRankOne, bool Reaches, bool IsFirst)
    {
        public float[] P => Matrix(0);

        public float[] Q => Matrix(1);

        private float[] Matrix(int i)
        {
            const int Size = (Dimension + 1) * (Dimension + 1);
            return Run.History.At(Run.History.Iterations[^1]).Slice(i * Size, Size).ToArray();
        }
    }

    private static TrainingSettings Settings(Kind kind, int seed) => new()
    {
        Model = new LinearTransformerModel { Parameters = new FullStructure() },
        Layers = 1,
        Dimension = Dimension,
        ContextLength = Context,
        Covariance = Parts.Parse<CovarianceLaw>(
            "covariance", "spectrum:" + string.Join(',', kind.Eigenvalues.Select(value => value.ToString(CultureInfo.InvariantCulture)))),
        TaskCovariance = new IdentityTaskCovariance(),
        BatchSize = 4000,
        ToClip = false,
        Schedule = new CosineRate { Final = 0.001 },
        HistoryStride = 50,
        Seed = seed,
    };

    private static End[] Ends(
        Kind kind, FinishedRun[] runs, int prompts, ExperimentOptions options, IProgressReporter progress, CancellationToken stop)
    {
        Snapshot[] models =
        [
            .. runs.Select(run => new Snapshot(run, (int)run.History.Iterations[^1])),
            Model(runs[0], OptimalParameters(kind)),
            Model(runs[0], RankOneParameters(kind)),
        ];
        double[] losses = [.. new TestLosses(Protocol.Fair, options.Threads, progress, stop) { Prompts = prompts }
            .Of([.. models.Select(model => (Snapshot[])[model])]).Select(score => score.Losses[0])];
        return [.. runs.Select((run, i) =>
        {
            double loss = kind.Optimum.Loss + losses[i] - losses[^2];
            return new End(
                run, loss, kind.OfRankOne + losses[i] - losses[^1], Math.Abs((loss / kind.Optimum.Loss) - 1) <= LossShare,
                IsFirst(kind, run.History.At(0)));
        })];

        static Snapshot Model(FinishedRun run, float[] parameters)
        {
            History<float> history = new(run.History.Layout, run.History.Covariance);
            history.Add(0, parameters);
            return new Snapshot(run with { History = history }, 0);
        }
    }

    /// <summary>P with 1 in its corner, Q with −A*.</summary>
    private static float[] OptimalParameters(Kind kind)
    {
        const int Side = Dimension + 1;
        float[] parameters = new float[2 * Side * Side];
        parameters[(Side * Side) - 1] = 1;
        for (int i = 0; i < Dimension * Dimension; i++)
        {
            parameters[(Side * Side) + (i / Dimension * Side) + (i % Dimension)] =
                (float)kind.Optimum.Query[i / Dimension, i % Dimension];
        }

        return parameters;
    }

    /// <summary>The best matrix of rank one, −a e eᵀ with e the direction of the largest eigenvalue, as q p_xᵀ.</summary>
    private static float[] RankOneParameters(Kind kind)
    {
        const int Side = Dimension + 1;
        double largest = kind.Eigenvalues.Max();
        int place = Array.IndexOf(kind.Eigenvalues, largest);
        double a = (kind.Eigenvalues.Sum() - kind.OfRankOne) / (largest * largest);
        float[] parameters = new float[2 * Side * Side];
        parameters[(Side * Dimension) + place] = (float)Math.Sqrt(a);
        parameters[(Side * Side) + (place * Side) + Dimension] = (float)-Math.Sqrt(a);
        return parameters;
    }

    /// <summary>Which of the two products has the larger part in its growing direction at the start.</summary>
    private static bool IsFirst(Kind kind, ReadOnlySpan<float> parameters)
    {
        const int Side = Dimension + 1;
        ReadOnlySpan<float> p = parameters.Slice(Side * Dimension, Side);
        ReadOnlySpan<float> q = parameters[(Side * Side)..];
        double norm = Math.Sqrt(kind.Eigenvalues.Sum(value => Math.Pow(value, 4)));
        double first = p[Dimension];
        for (int i = 0; i < Dimension; i++)
        {
            first -= kind.Eigenvalues[i] * kind.Eigenvalues[i] * q[(i * Side) + i] / norm;
        }

        int largest = Array.IndexOf(kind.Eigenvalues, kind.Eigenvalues.Max());
        double second = p[largest] - q[(largest * Side) + Dimension];
        return Math.Abs(first) > Math.Abs(second);
    }

    private void Compare(Kind kind, End[] ends, bool isFull, List<ResultRow> rows, List<ResultRow> details)
    {
        End[] there = [.. ends.Where(end => end.Reaches)];
        End[] elsewhere = [.. ends.Where(end => !end.Reaches)];
        rows.Add(new ResultRow(
            Name, $"{kind.Label}: of {Counted.Of(ends.Length, "seed")}, how many end within 0.5 % of the optimum", null, null, there.Length,
            "at least one", Judge.Of(there.Length > 0, isFull)));
        if (there.Length > 0)
        {
            string seeds = $"those seeds ({string.Join(", ", there.Select(end => end.Run.Seed))})";
            rows.Add(new ResultRow(
                Name, $"{kind.Label}: loss of {seeds}, the mean", null, kind.Optimum.Loss, there.Average(end => end.Loss), "0.5 %",
                Judge.Of(true, isFull)));
            double zeros = there.Max(LargestZero);
            rows.Add(new ResultRow(
                Name, $"{kind.Label}: largest entry that should be zero over the largest entry, the worst of {seeds}", null, 0, zeros,
                "0.02", Judge.Of(zeros <= EntryShare, isFull)));
            for (int i = 0; i < Dimension; i++)
            {
                double exact = kind.Optimum.Query[i, i];
                double ours = there.Average(end => Product(end, i));
                double largest = Enumerable.Range(0, Dimension).Max(j => Math.Abs(kind.Optimum.Query[j, j]));
                rows.Add(new ResultRow(
                    Name, $"{kind.Label}: corner of P times entry {i + 1} of the diagonal of Q, mean of {seeds}", null, exact, ours,
                    "2 % of the largest", Judge.Of(Math.Abs(ours - exact) <= EntryShare * largest, isFull)));
            }
        }

        if (elsewhere.Length > 0)
        {
            string seeds = string.Join(", ", elsewhere.Select(end => end.Run.Seed));
            double ours = elsewhere.Average(end => end.LossByRankOne);
            rows.Add(new ResultRow(
                Name, $"{kind.Label}: loss of the others (seeds {seeds}), the mean; exact: the best matrix of rank one, near them", null,
                kind.OfRankOne, ours, "2 %", Judge.Of(Math.Abs((ours / kind.OfRankOne) - 1) <= EntryShare, isFull)));
            double[] eigenvalues = Spectrum(elsewhere[0].Run, isFull ? ScoredPrompts : 2000);
            rows.Add(new ResultRow(
                Name, string.Create(
                    CultureInfo.InvariantCulture,
                    $"{kind.Label}: seed {elsewhere[0].Run.Seed}, least eigenvalue of the Hessian, second {eigenvalues[1]:G3}, "
                        + $"largest {eigenvalues[^1]:G3}"),
                null, null, eigenvalues[0], null, Verdict.None));
        }

        if (kind.RatioOfRates < Close)
        {
            int told = ends.Count(end => end.Reaches == end.IsFirst);
            rows.Add(new ResultRow(
                Name, $"{kind.Label}: seeds whose end the larger growing part at the start foretells, of {ends.Length}", null, null, told,
                null, Verdict.None));
        }

        details.AddRange(ends.Select(end => new ResultRow(
            Name, $"{kind.Label}: loss of seed {end.Run.Seed}", null, kind.Optimum.Loss, end.Loss, null, Verdict.None)));
    }

    private static double Product(End end, int i) => end.P[^1] * end.Q[i * (Dimension + 2)];

    /// <summary>The largest of the entries that matter and should be zero, over the largest entry of its matrix.</summary>
    private static double LargestZero(End end)
    {
        const int Side = Dimension + 1;
        (float[] p, float[] q) = (end.P, end.Q);
        double largestOfQ = q.Take(Dimension * Side).Max(Math.Abs);
        double ofP = Enumerable.Range(0, Dimension).Max(i => Math.Abs(p[(Dimension * Side) + i])) / Math.Abs(p[^1]);
        double ofQ = Enumerable.Range(0, Dimension * Side).Where(i => i / Side != i % Side).Max(i => Math.Abs(q[i])) / largestOfQ;
        return Math.Max(ofP, ofQ);
    }

    /// <summary>Eigenvalues of the Hessian at the end of a run, ascending, on many prompts and in double precision.</summary>
    private static double[] Spectrum(FinishedRun run, int prompts)
    {
        History<double> history = new(run.History.Layout, run.History.Covariance);
        history.Add(0, [.. run.History.At(run.History.Iterations[^1]).ToArray().Select(value => (double)value)]);
        TrainingSettings settings = run.Settings with { BatchSize = prompts };
        double[] eigenvalues = SymmetricEigenvalues.Of(MeasuredModel.Of(settings, history).Hessian());
        return eigenvalues;
    }

    private static HeatMapFigure Matrices(Kind kind, End end)
        => new("", [
            HeatMap.FromRows("P, of which the last row matters", [.. end.P.Select(value => (double)value)]),
            HeatMap.FromRows("Q", [.. end.Q.Select(value => (double)value)]),
        ])
        {
            Note = $"{kind.Label}, seed {end.Run.Seed}.",
        };

    private static LineFigure Losses(Kind kind, End[] ends)
        => new(
            "",
            new Axis("Iteration"),
            new Axis("Training loss", AxisScale.Logarithmic),
            ends.Select(end =>
            {
                LogLine[] log = [.. end.Run.Log.Where(line => line.Iteration % 100 == 0)];
                return new Series("", log.Select(line => (double)line.Iteration), log.Select(line => (double)line.Loss))
                {
                    Color = end.Reaches ? Palette.Blue : Palette.Vermilion,
                };
            }))
        {
            Note = $"{kind.Label}; each line a seed, in blue those that reach the optimum.",
            ReferenceLines =
            [
                new ReferenceLine("optimum, exact", kind.Optimum.Loss),
                new ReferenceLine("best of rank one, exact", kind.OfRankOne) { LineStyle = LineStyle.Dotted },
            ],
        };
}
