using LinearTransformers.Random;

namespace LinearTransformers.Prompts;

/// <summary>
/// Prompts made by a random network with one hidden ReLU layer, shared by the batch: its layers are drawn as
/// PyTorch initialises them, then the weights, but not the biases, are replaced by normals.
/// </summary>
internal static class NetworkPrompts
{
    /// <summary>
    /// Normal covariates, labels from a network d → hidden → 1 with weights of standard deviation 0.1, as the
    /// published <c>generate_data_relu</c>.
    /// </summary>
    public static void DrawRelu(PromptBatch batch, IStream stream, int hidden)
    {
        int d = batch.Settings.Dimension;
        int contextLength = batch.Settings.ContextLength;
        batch.DrawCovariates(stream);
        FeatureNetwork network = FeatureNetwork.DrawNormal(stream, d, hidden, 1, 0.1f);
        Span<float> labels = batch.UseExplicitLabels();
        ReadOnlySpan<float> context = batch.ContextSpan;
        ReadOnlySpan<float> queries = batch.QuerySpan;
        for (int b = 0; b < batch.Settings.BatchSize; b++)
        {
            for (int n = 0; n <= contextLength; n++)
            {
                ReadOnlySpan<float> x = n < contextLength
                    ? context.Slice(((b * contextLength) + n) * d, d)
                    : queries.Slice(b * d, d);
                network.Evaluate(x, labels.Slice((b * (contextLength + 1)) + n, 1));
            }
        }

        GC.KeepAlive(batch);
    }

    /// <summary>
    /// Covariates that a network d → hidden → d with standard normal weights makes of normal ones, linear labels, as
    /// the published <c>generate_data_mlp</c>.
    /// </summary>
    public static void DrawMlp(PromptBatch batch, IStream stream, int hidden)
    {
        int d = batch.Settings.Dimension;
        batch.DrawCovariates(stream);
        FeatureNetwork network = FeatureNetwork.DrawNormal(stream, d, hidden, d, 1);
        float[] features = new float[d];
        MapAll(batch.ContextSpan);
        MapAll(batch.QuerySpan);
        stream.FillNormal(batch.TaskSpan);
        GC.KeepAlive(batch);

        void MapAll(Span<float> covariates)
        {
            for (int i = 0; i < covariates.Length; i += d)
            {
                network.Evaluate(covariates.Slice(i, d), features);
                features.CopyTo(covariates[i..]);
            }
        }
    }

    /// <summary>
    /// Normal covariates, labels wᵀf(x) with the features f of a fixed network: the task of nonlinear regression. The prompt shows x.
    /// </summary>
    public static void DrawFeatures(PromptBatch batch, IStream stream, FeatureNetwork network)
    {
        int d = batch.Settings.Dimension;
        int contextLength = batch.Settings.ContextLength;
        batch.DrawCovariates(stream);
        stream.FillNormal(batch.TaskSpan);
        Span<float> labels = batch.UseExplicitLabels();
        ReadOnlySpan<float> context = batch.ContextSpan;
        ReadOnlySpan<float> queries = batch.QuerySpan;
        ReadOnlySpan<float> tasks = batch.TaskSpan;
        Span<float> features = stackalloc float[d];
        for (int b = 0; b < batch.Settings.BatchSize; b++)
        {
            ReadOnlySpan<float> w = tasks.Slice(b * d, d);
            for (int n = 0; n <= contextLength; n++)
            {
                network.Evaluate(n < contextLength ? context.Slice(((b * contextLength) + n) * d, d) : queries.Slice(b * d, d), features);
                float label = 0;
                for (int i = 0; i < d; i++)
                {
                    label = MathF.FusedMultiplyAdd(w[i], features[i], label);
                }

                labels[(b * (contextLength + 1)) + n] = label;
            }
        }

        GC.KeepAlive(batch);
    }
}
