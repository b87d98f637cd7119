using LinearTransformers.Prompts.Networks;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Labels;

/// <summary>
/// Labels of a random network d → d → 1 with one hidden ReLU layer and normal weights of standard deviation 0.1, as the published
/// <c>generate_data_relu</c>: its layers are drawn as PyTorch initialises them, then the weights, but not the biases, are replaced.
/// </summary>
[Part("network", "of a random ReLU network")]
public sealed record NetworkLabels : LabelRule
{
    /// <summary>How many networks make a batch.</summary>
    [Setting("networks", Help = SharedNetworks.Help)]
    public NetworkSharing Networks { get; init; } = NetworkSharing.Batch;

    /// <inheritdoc/>
    public override bool TakesCovariance => false;

    /// <inheritdoc/>
    internal override bool IsOfWholeBatch => true;

    /// <inheritdoc/>
    internal override void LabelBatch(
        IStream stream, ReadOnlySpan<float> context, ReadOnlySpan<float> queries, Span<float> labels, int contextLength, int dimension)
    {
        FeatureNetwork? network = null;
        for (int b = 0; b * dimension < queries.Length; b++)
        {
            network = Networks.Next(network, () => FeatureNetwork.DrawNormal(stream, dimension, dimension, 1, 0.1f));
            for (int n = 0; n <= contextLength; n++)
            {
                ReadOnlySpan<float> x = n < contextLength
                    ? context.Slice(((b * contextLength) + n) * dimension, dimension)
                    : queries.Slice(b * dimension, dimension);
                network.Evaluate(x, labels.Slice((b * (contextLength + 1)) + n, 1));
            }
        }
    }
}
