using LinearTransformers.Experiments.Figures;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Experiments.Results;
using LinearTransformers.Experiments.Runs;
using LinearTransformers.Kernels;
using LinearTransformers.Theory;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments;

/// <summary>The rotation demonstration of paper [1] with L-BFGS on one fixed batch.</summary>
public sealed class RotationLbfgsExperiment : RotatedExperiment
{
    private const int FreshBatches = 50;

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
        Algorithm = Algorithm.Lbfgs,
        LearningRate = 0.1,
        ToClip = false,
        ClipThreshold = null,
        ResampleEvery = 0,
        HistoryStride = 10,
        MaxIterations = 2000,
    };

    /// <inheritdoc/>
    private protected override IEnumerable<ReferenceLine> Floors(GradientDescentPlusPlusOptimum sampled) => GdPlusPlus.FloorLines(sampled);

    /// <inheritdoc/>
    private protected override IEnumerable<ResultRow> Compare(Measurement measurement)
    {
        double[] published = PublishedFigures.Numbers("rotation_lbfgs", "final_training_loss_by_seed");
        double spread = SpreadOverBatches(measurement.Runs[0]);
        foreach (FinishedRun run in measurement.Runs.Where(run => run.Seed < published.Length))
        {
            // The published batch came from a generator on the GPU: another batch of the same distribution, whose
            // least loss differs as batches do.
            double there = published[run.Seed];
            double tolerance = 3 * Math.Sqrt(2) * spread;
            yield return new ResultRow(
                Name,
                $"final training loss, seed {run.Seed}",
                there,
                measurement.Sampled.Loss,
                run.LastLoss,
                FormattableString.Invariant($"±{tolerance:G2}, 3 std between two batches"),
                Judge.Of(Math.Abs(run.LastLoss - there) <= tolerance, measurement.IsFullScale));
        }

        yield return new ResultRow(Name, $"std of seed {measurement.Runs[0].Seed}'s loss over {FreshBatches} fresh batches", null, null, spread, null, Verdict.None);
        foreach (ResultRow row in GdPlusPlus.CompareScales(Name, "rotation_lbfgs", measurement.Matrices, measurement.MeanDiagonals, measurement.Sampled, measurement.IsFullScale))
        {
            yield return row;
        }
    }

    /// <summary>How much the loss of the trained parameters differs from batch to batch of the training's size.</summary>
    private static double SpreadOverBatches(FinishedRun run)
    {
        InContextLoss<float> loss = new(run.Settings.Shape);
        double[] losses = [.. Enumerable.Range(0, FreshBatches).Select(i =>
            loss.Evaluate(run.History[run.History.Count - 1], RotatedPrompts.Draw(run.Settings, run.History.Covariance!, (ulong)(1000 + i))))];
        double mean = losses.Average();
        return Math.Sqrt(losses.Sum(x => (x - mean) * (x - mean)) / (FreshBatches - 1));
    }
}
