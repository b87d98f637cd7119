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
        Network network = Network.Draw(stream, d, hidden, 1, 0.1f);
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
        Network network = Network.Draw(stream, d, hidden, d, 1);
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

    private sealed class Network
    {
        private readonly float[] _weights0;
        private readonly float[] _biases0;
        private readonly float[] _weights1;
        private readonly float[] _biases1;
        private readonly float[] _hidden;

        private Network(int inputs, int hidden, int outputs)
        {
            _weights0 = new float[hidden * inputs];
            _biases0 = new float[hidden];
            _weights1 = new float[outputs * hidden];
            _biases1 = new float[outputs];
            _hidden = new float[hidden];
        }

        public static Network Draw(IStream stream, int inputs, int hidden, int outputs, float deviation)
        {
            Network network = new(inputs, hidden, outputs);
            stream.FillLinearLayer(network._weights0, network._biases0, inputs);
            stream.FillLinearLayer(network._weights1, network._biases1, hidden);
            stream.FillNormal(network._weights0, 0, deviation);
            stream.FillNormal(network._weights1, 0, deviation);
            return network;
        }

        public void Evaluate(ReadOnlySpan<float> x, Span<float> result)
        {
            Affine(_weights0, _biases0, x, _hidden);
            foreach (ref float unit in _hidden.AsSpan())
            {
                unit = MathF.Max(unit, 0);
            }

            Affine(_weights1, _biases1, _hidden, result);
        }

        private static void Affine(ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, ReadOnlySpan<float> x, Span<float> result)
        {
            for (int i = 0; i < result.Length; i++)
            {
                float sum = biases[i];
                for (int j = 0; j < x.Length; j++)
                {
                    sum = MathF.FusedMultiplyAdd(weights[(i * x.Length) + j], x[j], sum);
                }

                result[i] = sum;
            }
        }
    }
}
