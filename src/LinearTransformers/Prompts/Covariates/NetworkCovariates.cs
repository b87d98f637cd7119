using LinearTransformers.Prompts.Networks;
using LinearTransformers.Random;
using LinearTransformers.Settings;

namespace LinearTransformers.Prompts.Covariates;

/// <summary>
/// Covariates that a random network d → d → d with one hidden ReLU layer and standard normal weights makes of normal ones, as the published
/// <c>generate_data_mlp</c>: its layers are drawn as PyTorch initialises them, then the weights, but not the biases, are replaced.
/// </summary>
/// <remarks>The published function forgets to return that data and goes on with the plain normal one: here it is used, as meant.</remarks>
[Part("network", "what a random ReLU network makes of normal ones")]
public sealed record NetworkCovariates : CovariateLaw
{
    /// <summary>How many networks make a batch.</summary>
    [Setting("networks", Help = SharedNetworks.Help)]
    public NetworkSharing Networks { get; init; } = NetworkSharing.Batch;

    /// <inheritdoc/>
    public override bool HasLightTails => false;

    /// <inheritdoc/>
    public override bool TakesCovariance => false;

    /// <inheritdoc/>
    internal override bool IsOfWholeBatch => true;

    /// <inheritdoc/>
    internal override void ShapeBatch(IStream stream, Span<float> context, Span<float> queries, int contextLength, int dimension)
    {
        FeatureNetwork? network = null;
        float[] features = new float[dimension];
        for (int b = 0; b * dimension < queries.Length; b++)
        {
            network = Networks.Next(network, () => FeatureNetwork.DrawNormal(stream, dimension, dimension, dimension, 1));
            Map(context.Slice(b * contextLength * dimension, contextLength * dimension));
            Map(queries.Slice(b * dimension, dimension));
        }

        void Map(Span<float> covariates)
        {
            for (int i = 0; i < covariates.Length; i += dimension)
            {
                network!.Evaluate(covariates.Slice(i, dimension), features);
                features.CopyTo(covariates[i..]);
            }
        }
    }
}
