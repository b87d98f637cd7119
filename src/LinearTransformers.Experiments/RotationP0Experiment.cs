using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Models;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments;

/// <summary>
/// The rotation demonstration of paper [1] with every P̂ held at zero: the layers become steps of preconditioned
/// gradient descent, each with its own step size, in some order.
/// </summary>
public sealed class RotationP0Experiment : RotatedExperiment
{
    private const int Context = 20;
    private const int Dimension = 5;
    private const int Layers = 3;

    private readonly PreconditionedGradientDescentOptimum _optimum = PreconditionedGradientDescentFloor.Optimum(Context, Dimension, Layers);

    /// <inheritdoc/>
    public override string Name => "rotation-p0";

    /// <inheritdoc/>
    public override string Summary => "the same with every P held at zero: steps of preconditioned gradient descent (paper [1], figures 1 and 2)";

    /// <inheritdoc/>
    public override IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2, 3, 4];

    /// <inheritdoc/>
    private protected override string Variant => "adam";

    /// <inheritdoc/>
    public override TrainingSettings Settings(int seed) => Rotated(seed) with
    {
        Algorithm = Algorithm.Adam,
        LearningRate = 0.02,
        HalveEvery = 2000,
        ZeroP = true,
        MaxIterations = 30_000,
    };

    /// <inheritdoc/>
    private protected override IEnumerable<PaperMatrix> Shown(LinearTransformerShape shape) => PaperMatrix.Queries(shape);

    /// <inheritdoc/>
    private protected override IEnumerable<ReferenceLine> Floors(GradientDescentPlusPlusOptimum sampled)
        =>
        [
            new ReferenceLine($"best step sizes, exact: {_optimum.Loss:0.0000}", _optimum.Loss),
            new ReferenceLine("best constant step, exact", PreconditionedGradientDescentFloor.ConstantStepOptimum(Context, Dimension, Layers).Loss) { LineStyle = LineStyle.Dotted },
        ];

    /// <inheritdoc/>
    private protected override IEnumerable<ResultRow> Compare(Measurement measurement)
    {
        const double LossShare = 0.05;
        const double ScaleTolerance = 0.03;
        bool full = measurement.IsFullScale;
        double published = PublishedFigures.Number("rotation_p0", "log_test_loss_at_end");
        double loss = Math.Exp(measurement.LogLoss.Mean[^1]);
        yield return new ResultRow(
            Name, $"test loss at iteration {measurement.Iterations[^1]:0}, mean of {measurement.Runs.Count} seeds", Math.Exp(published), _optimum.Loss, loss, "5 % of exact", Judge.Of(Math.Abs((loss / _optimum.Loss) - 1) <= LossShare, full));

        double[] there = [.. PublishedFigures.Numbers("rotation_p0", "A_scaled_diagonals_in_some_layer_order").Order()];
        double[] exact = [.. _optimum.StepSizes.Order()];
        double[] ours = [.. Enumerable.Range(0, Layers).Select(rank => measurement.Runs.Average(run =>
            measurement.Matrices.Select(matrix => -MeanDiagonal(run, matrix)).Order().ElementAt(rank)))];
        for (int rank = 0; rank < Layers; rank++)
        {
            yield return new ResultRow(
                Name, $"step size {rank + 1} of {Layers} in order of size, mean of {measurement.Runs.Count} seeds", there[rank], exact[rank], ours[rank], $"±{ScaleTolerance}", Judge.Of(Math.Abs(ours[rank] - there[rank]) <= ScaleTolerance, full));
        }

        static double MeanDiagonal(Runs.FinishedRun run, PaperMatrix matrix)
        {
            double[] entries = Measurement.Entries(run, matrix);
            return Enumerable.Range(0, Dimension).Average(i => entries[i * (Dimension + 1)]);
        }
    }
}
