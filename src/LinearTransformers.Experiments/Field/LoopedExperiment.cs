using System.Globalization;
using LinearTransformers.Analysis;
using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Models;
using LinearTransformers.Models.Structures;
using LinearTransformers.Optimizers.Schedules;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Field;

/// <summary>
/// Looped transformers (Gatmiry, Saunshi, Reddi, Jegelka and Kumar, <i>Can looped transformers learn to implement multi-step gradient
/// descent for in-context learning?</i>, 2024, arXiv 2410.08292): one to four layers that have their parameters in common. With every P
/// held at zero they are L steps of preconditioned gradient descent with one step size, whose best value is known exactly. With P trained
/// too nothing is known exactly; GD++, whose layers differ, and its steps beside.
/// </summary>
/// <remarks>
/// The paper proves that the best tied layers are nearly such steps where N is large against d² and L, and prints no losses. With N = 20
/// three and four layers do better than any single step size: Q = −(a I + S) with S = −Sᵀ. A turn of I − A Λ̂ does what steps of different
/// sizes do. Diagonal matrices cannot turn. With N = 100, Q is nearer to −I, as the paper has it, and still turns.
/// </remarks>
public sealed class LoopedExperiment : IExperiment
{
    private const int Context = 20;
    private const int Dimension = 5;
    private const int MostLayers = 4;
    private const int LongContext = 100;
    private const int RotatedLayers = 2;
    private const double Share = 0.005;
    private const double MostDistance = 0.02;

    /// <inheritdoc/>
    public string Name => "looped";

    /// <inheritdoc/>
    public string Summary => "tied layers against steps of gradient descent with one step size, 1 to 4 layers (arXiv 2410.08292)";

    /// <inheritdoc/>
    public IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2];

    /// <inheritdoc/>
    public int PublishedIterations => 4000;

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
            .. Layers(1).Select(layers => new Kind(layers) { Parameters = new DiagonalStructure() }),
            .. Layers(1).Select(layers => new Kind(layers)),
            new(MostLayers) { N = LongContext },
            new(RotatedLayers) { Covariance = new RotatedCovariance() },
            .. Layers(2).Select(layers => new Kind(layers) { HasP = true }),
        ];
        string suffix = isFull ? "" : $"-{iterations}its";
        RunPlan[] plans = [.. kinds.SelectMany(kind => seeds.Select(seed => new RunPlan(
            kind.Name + suffix, Settings(kind, seed) with { MaxIterations = iterations, Stream = options.Stream })))];
        IReadOnlyList<FinishedRun> runs = RunSet.Train(Name, plans, options, progress, stop);
        TestLosses losses = new(Protocol.Fair, options.Threads, progress, stop) { Prompts = isFull ? 400_000 : 2000 };

        List<ResultRow> rows = [];
        Dictionary<Kind, double> means = [];
        for (int k = 0; k < kinds.Length; k++)
        {
            FinishedRun[] ofKind = [.. runs.Skip(k * seeds.Count).Take(seeds.Count)];
            Score[] scores = losses.Of([.. ofKind.Select(run => (Snapshot[])[new(run, (int)run.History.Iterations[^1])])]);
            (double Loss, double Error) ours = (scores.Average(score => score.Losses[0]), scores.Average(score => score.Error));
            if (!kinds[k].HasP)
            {
                // Only the difference from the best step size is sampled, on the same prompts: its error is far smaller.
                double ofStep = losses.Of([.. ofKind.Select(run => (Snapshot[])[OneStepSize(kinds[k], run)])])
                    .Average(score => score.Losses[0]);
                ours = (kinds[k].Best.Loss + ours.Loss - ofStep, ours.Error);
            }

            means[kinds[k]] = ours.Loss;
            rows.AddRange(kinds[k].HasP ? WithP(kinds[k], ours, isFull) : WithoutP(kinds[k], ofKind, ours, isFull));
        }

        ResultFolder folder = new(this, options);
        folder.Draw("loss", () => Figure(means));
        return folder.Finish(rows);
    }

    private static IEnumerable<int> Layers(int least) => Enumerable.Range(least, MostLayers - least + 1);

    /// <summary>Runs that differ in their seeds only.</summary>
    private sealed record Kind(int Layers)
    {
        public bool HasP { get; init; }

        public int N { get; init; } = Context;

        public CovarianceLaw Covariance { get; init; } = new IdentityCovariance();

        public ParameterStructure Parameters { get; init; } = new SparseStructure();

        public bool IsRotated => Covariance is RotatedCovariance;

        public bool IsDiagonal => Parameters.IsDiagonal;

        /// <summary>Whether it is one of those that differ in their layers only.</summary>
        public bool IsUsual => !IsRotated && !IsDiagonal && N == Context;

        /// <summary>The best single step size.</summary>
        public PreconditionedGradientDescentOptimum Best => PreconditionedGradientDescentFloor.ConstantStepOptimum(N, Dimension, Layers);

        public string Name
            => $"L{Layers}{(HasP ? "" : "-p0")}{(IsDiagonal ? "-diagonal" : "")}{(IsRotated ? "-rotated" : "")}"
                + (N == Context ? "" : $"-N{N}");

        public string Label
            => $"{Counted.Of(Layers, "tied layer")}, {(HasP ? "P trained" : IsDiagonal ? "P = 0, Q diagonal" : "P = 0")}"
                + $"{(IsRotated ? ", rotated covariance" : "")}{(N == Context ? "" : $", N = {N}")}";
    }

    private static TrainingSettings Settings(Kind kind, int seed) => new()
    {
        Model = new LinearTransformerModel { IsTied = true, Parameters = kind.Parameters },
        Layers = kind.Layers,
        Dimension = Dimension,
        ContextLength = kind.N,
        Covariance = kind.Covariance,
        ZeroP = !kind.HasP,
        BatchSize = 4000,
        Schedule = new CosineRate { Final = 0.001 },
        HistoryStride = 100,
        Seed = seed,
    };

    private IEnumerable<ResultRow> WithoutP(Kind kind, FinishedRun[] runs, (double Loss, double Error) ours, bool isFull)
    {
        string seeds = runs.Length == 1 ? $"seed {runs[0].Seed}" : $"mean of {runs.Length} seeds";
        PreconditionedGradientDescentOptimum best = kind.Best;
        double[][] matrices = [.. runs.Select(run => Whitened(kind, run))];
        double[] steps = [.. matrices.Select(matrix => -Enumerable.Range(0, Dimension).Average(i => matrix[i * (Dimension + 1)]))];
        bool isOne = kind.IsDiagonal || kind.Layers < 3;
        yield return new ResultRow(
            Name, $"{kind.Label}: loss, {seeds}; exact: the best single step size", null, best.Loss, ours.Loss,
            isOne ? "0.5 %" : "at most 0.5 % above",
            Judge.Of(ours.Loss <= (1 + Share) * best.Loss && (!isOne || ours.Loss >= (1 - Share) * best.Loss), isFull));
        if (isOne)
        {
            yield return new ResultRow(
                Name, $"{kind.Label}: step size, {seeds}", null, best.StepSizes[0], steps.Average(), "1 %",
                Judge.Of(Math.Abs((steps.Average() / best.StepSizes[0]) - 1) <= 2 * Share, isFull));
        }

        double distance = matrices.Max(matrix => DistanceToIdentity.Of<double>(Symmetric(matrix)));
        yield return new ResultRow(
            Name, $"{kind.Label}: distance of the symmetric part of the whitened Q to a multiple of I, the largest of the seeds", null, 0,
            distance, "0.02", Judge.Of(distance <= MostDistance, isFull));
        if (!kind.IsDiagonal)
        {
            yield return new ResultRow(
                Name, $"{kind.Label}: share of the skew part in the norm of the whitened Q, {seeds}", null, null,
                matrices.Average(SkewShare), null, Verdict.None);
            yield return new ResultRow(
                Name, $"{kind.Label}: distance of the whitened Q from −I, over the norm of I, {seeds}", null, null,
                matrices.Average(DistanceFromMinusIdentity), null, Verdict.None);
        }
    }

    private IEnumerable<ResultRow> WithP(Kind kind, (double Loss, double Error) ours, bool isFull)
    {
        double untied = GradientDescentPlusPlusFloor.Optimum(Context, Dimension, kind.Layers).Loss;
        double withoutP = PreconditionedGradientDescentFloor.ConstantStepOptimum(Context, Dimension, kind.Layers).Loss;
        yield return new ResultRow(
            Name, string.Create(
                CultureInfo.InvariantCulture,
                $"{kind.Label}: loss on fresh prompts (± {ours.Error:G2}); exact: GD++, whose layers differ; P = 0 has {withoutP:G4}"),
            null, untied, ours.Loss, "between GD++ and P = 0",
            Judge.Of(ours.Loss <= withoutP && ours.Loss >= untied - (3 * ours.Error), isFull));
    }

    /// <summary>Q in the basis in which Σ = I.</summary>
    private static double[] Whitened(Kind kind, FinishedRun run)
    {
        float[] matrices = ((LinearTransformerModel)run.Settings.Model).Matrices(
            run.Settings.Sizes, run.History.At(run.History.Iterations[^1]));
        double[] query = [.. matrices.Skip(Dimension * Dimension).Take(Dimension * Dimension).Select(value => (double)value)];
        return kind.IsRotated ? CovarianceBasis.Of(run.History.Covariance!, query) : query;
    }

    /// <summary>A run's model with P = 0 and Q = −a Σ⁻¹ in place of its own, a the best single step size.</summary>
    private static Snapshot OneStepSize(Kind kind, FinishedRun run)
    {
        double a = kind.Best.StepSizes[0];
        int size = Dimension * Dimension;
        float[] parameters = new float[run.History.Layout.Count];
        for (int i = 0; i < size; i++)
        {
            double inverse = i % (Dimension + 1) == 0 ? 1 : 0;
            if (run.History.Covariance is { } covariance)
            {
                inverse = Enumerable.Range(0, Dimension).Sum(k => (double)covariance.U[(i / Dimension * Dimension) + k]
                    * covariance.U[(i % Dimension * Dimension) + k] / covariance.D[k] / covariance.D[k]);
            }

            if (!kind.IsDiagonal)
            {
                parameters[size + i] = (float)(-a * inverse);
            }
            else if (i < Dimension)
            {
                parameters[Dimension + i] = (float)-a;
            }
        }

        History<float> history = new(run.History.Layout, run.History.Covariance);
        history.Add(0, parameters);
        return new Snapshot(run with { History = history }, 0);
    }

    private static double[] Symmetric(double[] matrix)
        => [.. matrix.Select((value, i) => (value + matrix[(i % Dimension * Dimension) + (i / Dimension)]) / 2)];

    private static double SkewShare(double[] matrix)
    {
        double skew = matrix.Select((value, i) => Math.Pow((value - matrix[(i % Dimension * Dimension) + (i / Dimension)]) / 2, 2)).Sum();
        return Math.Sqrt(skew / matrix.Sum(value => value * value));
    }

    private static double DistanceFromMinusIdentity(double[] matrix)
        => Math.Sqrt(matrix.Select((value, i) => Math.Pow(value + (i % (Dimension + 1) == 0 ? 1 : 0), 2)).Sum() / Dimension);

    private static LineFigure Figure(Dictionary<Kind, double> means)
    {
        double[] layers = [.. Enumerable.Range(1, MostLayers).Select(layer => (double)layer)];
        return new LineFigure(
            "",
            new Axis("Layers"),
            new Axis("Loss", AxisScale.Logarithmic),
            [
                Exact("best single step size", Palette.Blue, l
                    => PreconditionedGradientDescentFloor.ConstantStepOptimum(Context, Dimension, l).Loss),
                Exact("best step sizes", Palette.Green, l => PreconditionedGradientDescentFloor.Optimum(Context, Dimension, l).Loss),
                Exact("GD++", Palette.Vermilion, l => GradientDescentPlusPlusFloor.Optimum(Context, Dimension, l).Loss),
                Points("tied, P = 0", Palette.Blue, Marker.Circle, kind => kind is { HasP: false, IsUsual: true }),
                Points("tied, P trained", Palette.Vermilion, Marker.Square, kind => kind.HasP),
            ])
        {
            Note = "Lines: exact least losses. Points: trained, on fresh prompts.",
        };

        Series Exact(string name, FigureColor color, Func<int, double> loss)
            => new(name, layers, layers.Select(layer => loss((int)layer))) { Color = color };

        Series Points(string name, FigureColor color, Marker marker, Func<Kind, bool> isShown)
        {
            KeyValuePair<Kind, double>[] shown = [.. means.Where(pair => isShown(pair.Key))];
            return new Series(name, shown.Select(pair => (double)pair.Key.Layers), shown.Select(pair => pair.Value))
            {
                Color = color,
                LineStyle = LineStyle.None,
                Marker = marker,
            };
        }
    }
}
