using LinearTransformers.Baselines;
using LinearTransformers.Experiments.Measurements;
using LinearTransformers.Optimizers;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Paper1;

/// <summary>Paper [1]: transformers of one to four layers against as many steps of gradient descent.</summary>
public sealed class VariableLExperiment : SweepExperiment
{
    /// <inheritdoc/>
    public override string Name => "variable-l";

    /// <inheritdoc/>
    public override string Summary => "one to four layers against as many steps of (preconditioned) gradient descent (paper [1])";

    /// <inheritdoc/>
    public override IReadOnlyList<int> Values { get; } = [1, 2, 3, 4];

    /// <inheritdoc/>
    private protected override string Letter => "L";

    /// <inheritdoc/>
    private protected override string AxisLabel => "Layers, or steps";

    /// <inheritdoc/>
    private protected override int SnapshotsToChooseFrom => 20;

    /// <inheritdoc/>
    private protected override bool AveragesLogarithms => true;

    /// <inheritdoc/>
    public override TrainingSettings Settings(int seed, int value) => Rotated(seed) with
    {
        Layers = value,
        ContextLength = 20,
        BatchSize = 20_000,
        LearningRate = 0.01,
        HalveEvery = 4000,
        Optimizer = new Adam { Beta1 = 0.99, Beta2 = 0.9 },
        ClipThreshold = 0.01,
        ResampleEvery = 100,
        MaxIterations = 20_000,
    };

    /// <inheritdoc/>
    private protected override IReadOnlyList<(string Method, double Loss)> Baselines(
        TrainingSettings settings, Covariance covariance, Protocol protocol)
    {
        if (protocol is Protocol.Original)
        {
            return
            [
                (SweepBaselines.Plain,
                    SweepBaselines.Original(settings, covariance, false, PublishedBaselines.ShortGrid, settings.BatchSize)),
                (SweepBaselines.Preconditioned,
                    SweepBaselines.Original(settings, covariance, true, PublishedBaselines.LongGrid, PublishedBaselines.Prompts)),
            ];
        }

        GramStatistics<float> tuning = FreshPrompts.Statistics(TuningBatch(settings, covariance));
        GramStatistics<float> test = FreshPrompts.Statistics(TestBatch(settings, covariance));
        return
        [
            (SweepBaselines.Plain, SweepBaselines.Fair(settings.Layers, null, tuning, test)),
            (SweepBaselines.Preconditioned, SweepBaselines.Fair(settings.Layers, covariance, tuning, test)),
        ];
    }
}
