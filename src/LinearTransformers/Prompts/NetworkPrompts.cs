using LinearTransformers.Prompts.Networks;
using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts;

/// <summary>
/// Prompts made by a random network with one hidden ReLU layer, shared by the batch or for each prompt one: its layers are drawn as
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
        FeatureNetwork? network = null;
        Span<float> labels = batch.UseExplicitLabels();
        ReadOnlySpan<float> context = batch.ContextSpan;
        ReadOnlySpan<float> queries = batch.QuerySpan;
        for (int b = 0; b < batch.Settings.BatchSize; b++)
        {
            network = Next(batch, network, () => FeatureNetwork.DrawNormal(stream, d, hidden, 1, 0.1f));
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
        int contextLength = batch.Settings.ContextLength;
        batch.DrawCovariates(stream);
        FeatureNetwork? network = null;
        float[] features = new float[d];
        for (int b = 0; b < batch.Settings.BatchSize; b++)
        {
            network = Next(batch, network, () => FeatureNetwork.DrawNormal(stream, d, hidden, d, 1));
            Map(network, batch.ContextSpan.Slice(b * contextLength * d, contextLength * d));
            Map(network, batch.QuerySpan.Slice(b * d, d));
        }

        stream.FillNormal(batch.TaskSpan);
        GC.KeepAlive(batch);

        void Map(FeatureNetwork network, Span<float> covariates)
        {
            for (int i = 0; i < covariates.Length; i += d)
            {
                network.Evaluate(covariates.Slice(i, d), features);
                features.CopyTo(covariates[i..]);
            }
        }
    }

    /// <summary>The network of a batch's next prompt: the one there is, or a new one.</summary>
    private static FeatureNetwork Next(PromptBatch batch, FeatureNetwork? network, Func<FeatureNetwork> draw)
        => network is null || (batch.Settings.Labels is Labels.NetworkLabels { Networks: NetworkSharing.Prompt } || batch.Settings.Covariates is Covariates.NetworkCovariates { Networks: NetworkSharing.Prompt }) ? draw() : network;

    /// <summary>
    /// Labels wᵀf(x) with the features f of a fixed network: the task of nonlinear regression. The prompt shows x.
    /// </summary>
    public static void LabelFeatures(PromptBatch batch, FeatureNetwork network, WorkerTeam? team)
    {
        batch.UseExplicitLabels();
        PromptBlocks.For(batch.Settings.BatchSize, team, (begin, end) =>
        {
            FeatureNetwork.Scratch scratch = network.Rent(batch.Settings.ContextLength + 1);
            for (int first = begin; first < end; first += SingleHalfLanes.Count)
            {
                LabelShare(batch, network, scratch, first);
            }

            network.Return(scratch);
        });
        GC.KeepAlive(batch);
    }

    /// <summary>The labels of eight prompts side by side, of the last ones as many as there are.</summary>
    private static unsafe void LabelShare(PromptBatch batch, FeatureNetwork network, FeatureNetwork.Scratch scratch, int first)
    {
        int d = batch.Settings.Dimension;
        int contextLength = batch.Settings.ContextLength;
        int prompts = Math.Min(SingleHalfLanes.Count, batch.Settings.BatchSize - first);
        float** rows = stackalloc float*[SingleHalfLanes.Count];
        Rows(batch.Context, batch.ContextStride);
        TokenTransposer.Transpose<SingleHalfLanes, float>(rows, contextLength * d, scratch.Covariates);
        Rows(batch.Queries, batch.QueryStride);
        TokenTransposer.Transpose<SingleHalfLanes, float>(rows, d, scratch.Covariates + (contextLength * d));
        Rows(batch.Tasks, d);
        TokenTransposer.Transpose<SingleHalfLanes, float>(rows, d, scratch.Tasks);
        network.Evaluate(scratch, contextLength + 1);
        for (int n = 0; n <= contextLength; n++)
        {
            SingleHalfLanes label = SingleHalfLanes.Zero;
            for (int i = 0; i < d; i++)
            {
                SingleHalfLanes.Accumulate(scratch.Tasks[i], scratch.Features[(n * d) + i], ref label);
            }

            float* lanes = (float*)&label;
            for (int lane = 0; lane < prompts; lane++)
            {
                batch.Labels[((first + lane) * (long)(contextLength + 1)) + n] = lanes[lane];
            }
        }

        void Rows(float* begin, int stride)
        {
            for (int lane = 0; lane < SingleHalfLanes.Count; lane++)
            {
                rows[lane] = begin + ((long)(first + Math.Min(lane, prompts - 1)) * stride);
            }
        }
    }
}
