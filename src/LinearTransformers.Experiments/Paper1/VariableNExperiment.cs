using LinearTransformers.Baselines;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper1;

/// <summary>Paper [1]: three layers, or steps, against the context length.</summary>
public sealed class VariableNExperiment : SweepExperiment
{
    /// <inheritdoc/>
    public override string Name => "variable-n";

    /// <inheritdoc/>
    public override string Summary => "three layers, or steps, against the context length 2, 4, …, 20, with least squares (paper [1])";

    /// <inheritdoc/>
    public override IReadOnlyList<int> Values { get; } = [2, 4, 6, 8, 10, 12, 14, 16, 18, 20];

    /// <inheritdoc/>
    private protected override string Letter => "N";

    /// <inheritdoc/>
    private protected override string AxisLabel => "Context length";

    /// <inheritdoc/>
    private protected override int SnapshotsToChooseFrom => 10;

    /// <inheritdoc/>
    private protected override bool AveragesLogarithms => false;

    /// <inheritdoc/>
    public override TrainingSettings Settings(int seed, int value) => Rotated(seed) with
    {
        Layers = 3,
        ContextLength = value,
        BatchSize = 40_000,
        LearningRate = value < 5 ? 0.001 : 0.01,
        HalveEvery = 2000,
        Optimizer = new Adam { Beta1 = 0.99, Beta2 = 0.99 },
        ClipThreshold = 0.001,
        ResampleEvery = 1,
        MaxIterations = 8000,
    };

    /// <inheritdoc/>
    private protected override IReadOnlyList<(string Method, double Loss)> Baselines(
        TrainingSettings settings, Covariance covariance, Protocol protocol)
    {
        if (protocol is Protocol.Original)
        {
            GramStatistics<float> scored = SweepBaselines.First(settings, covariance, (ulong)settings.Seed, PublishedBaselines.Prompts);
            return
            [
                (SweepBaselines.Plain,
                    SweepBaselines.Original(settings, covariance, false, PublishedBaselines.LongGrid, PublishedBaselines.Prompts)),
                (SweepBaselines.Preconditioned,
                    SweepBaselines.Original(settings, covariance, true, PublishedBaselines.ShortGrid, PublishedBaselines.Prompts)),
                (SweepBaselines.LeastSquaresName, new LeastSquares<float>(settings.Dimension, covariance).Loss(scored)),
            ];
        }

        GramStatistics<float> tuning = FreshPrompts.Statistics(TuningBatch(settings, covariance));
        PromptBatch batch = TestBatch(settings, covariance);
        GramStatistics<float> test = FreshPrompts.Statistics(batch);

        // Where N is near d, single precision cannot tell a small eigenvalue from zero.
        GramStatistics<double> precise = new(settings.BatchSize, settings.Dimension);
        precise.Compute(batch);
        return
        [
            (SweepBaselines.Plain, SweepBaselines.Fair(settings.Layers, null, tuning, test)),
            (SweepBaselines.Preconditioned, SweepBaselines.Fair(settings.Layers, covariance, tuning, test)),
            (SweepBaselines.LeastSquaresName, new LeastSquares<double>(settings.Dimension, covariance).Loss(precise)),
        ];
    }
}
