using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Optimizers;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper1;

/// <summary>
/// The rotation demonstration of paper [1] with L-BFGS on one fixed batch. Only this batch is ever drawn, on the CPU
/// as published, and the signs of U's columns do not change its least loss: losses agree with the published ones.
/// </summary>
public sealed class RotationLbfgsExperiment : RotatedExperiment
{
    /// <inheritdoc/>
    public override string Name => "rotation-lbfgs";

    /// <inheritdoc/>
    public override string Summary => "the same with L-BFGS on one batch: hundreds of steps instead of many thousands (paper [1])";

    /// <inheritdoc/>
    public override IReadOnlyList<int> PublishedSeeds { get; } = [0, 1, 2];

    /// <inheritdoc/>
    private protected override string Variant => "lbfgs";

    /// <inheritdoc/>
    public override TrainingSettings Settings(int seed) => Rotated(seed) with
    {
        Optimizer = new Lbfgs(),
        LearningRate = 0.1,
        ToClip = false,
        ClipThreshold = null,
        ResampleEvery = 0,
        HistoryStride = 10,
        MaxIterations = 2000,
    };

    /// <inheritdoc/>
    private protected override IEnumerable<ReferenceLine> Floors(GradientDescentPlusPlusOptimum sampled) => [SampledFloor.Line(sampled)];

    /// <inheritdoc/>
    private protected override IEnumerable<ResultRow> Compare(Measurement measurement)
    {
        const double Share = 0.01;
        double[] published = PublishedFigures.Numbers("rotation_lbfgs", "final_training_loss_by_seed");
        foreach (FinishedRun run in measurement.Runs.Where(run => run.Seed < published.Length && run.IsOfPublishedSeed(run.Seed)))
        {
            double there = published[run.Seed];
            yield return new ResultRow(
                Name,
                $"final training loss, seed {run.Seed}",
                there,
                measurement.Sampled.Loss,
                run.LastLoss,
                $"{Share:P0} of published",
                Judge.Of(Math.Abs((run.LastLoss / there) - 1) <= Share, measurement.IsFullScale));
        }

        foreach (ResultRow row in GdPlusPlus.CompareScales(
            Name, "rotation_lbfgs", measurement.Matrices, measurement.MeanDiagonals, measurement.Sampled, measurement.IsFullScale))
        {
            yield return row;
        }
    }
}
