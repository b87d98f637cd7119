using LinearTransformers.Prompts.Networks;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Labels;

/// <summary>
/// Labels y = wᵀf(x) with the features f of a fixed random network d → hidden → d, which prompts do not show: the task of nonlinear
/// regression. The network is drawn as PyTorch initialises it.
/// </summary>
[Part("features", "wᵀf(x), f the features of a fixed random network")]
public sealed record FeatureLabels : LabelRule
{
    /// <summary>Hidden units of the network.</summary>
    [Setting("task-hidden", Value = "n", AtLeast = 1, Help = "hidden units of the network that makes the features of labels")]
    public int Hidden { get; init; } = 10;

    /// <summary>The seed of that network.</summary>
    [Setting("task-seed", Value = "seed", AtLeast = 0, AtMost = uint.MaxValue, Help = "seed of that network")]
    public long Seed { get; init; } = 7;

    /// <summary>Another network than the seed's, which maps d numbers to d; null for that of the seed.</summary>
    public FeatureNetwork? Network { get; init; }

    /// <inheritdoc/>
    public override bool TakesCovariance => false;

    /// <inheritdoc/>
    internal override bool DrawsTasksLast => true;

    /// <inheritdoc/>
    internal override ILabeler Labeler(int dimension) => new FeatureLabeler(Features(dimension));

    /// <summary>The network of covariates of a dimension.</summary>
    public FeatureNetwork Features(int dimension)
        => Network ?? FeatureNetwork.Draw(new TorchStream((ulong)Seed), dimension, Hidden, dimension);
}
