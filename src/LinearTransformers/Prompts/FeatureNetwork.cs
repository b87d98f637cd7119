using LinearTransformers.Random;

namespace LinearTransformers.Prompts;

/// <summary>A network inputs → hidden → outputs with one ReLU layer, whose weights stay as they are.</summary>
public sealed class FeatureNetwork
{
    private readonly float[] _weights0;
    private readonly float[] _biases0;
    private readonly float[] _weights1;
    private readonly float[] _biases1;
    private readonly float[] _hidden;

    private FeatureNetwork(int inputs, int hidden, int outputs)
    {
        _weights0 = new float[hidden * inputs];
        _biases0 = new float[hidden];
        _weights1 = new float[outputs * hidden];
        _biases1 = new float[outputs];
        _hidden = new float[hidden];
    }

    /// <summary>Numbers that go in.</summary>
    public int Inputs => _weights0.Length / _biases0.Length;

    /// <summary>Numbers that come out.</summary>
    public int Outputs => _biases1.Length;

    /// <summary>A network whose layers are drawn one after the other, as PyTorch initialises them.</summary>
    public static FeatureNetwork Draw(IStream stream, int inputs, int hidden, int outputs)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        FeatureNetwork network = new(inputs, hidden, outputs);
        stream.FillLinearLayer(network._weights0, network._biases0, inputs);
        stream.FillLinearLayer(network._weights1, network._biases1, hidden);
        return network;
    }

    /// <summary>The same, its weights, but not its biases, replaced by normals afterwards.</summary>
    internal static FeatureNetwork DrawNormal(IStream stream, int inputs, int hidden, int outputs, float deviation)
    {
        FeatureNetwork network = Draw(stream, inputs, hidden, outputs);
        stream.FillNormal(network._weights0, 0, deviation);
        stream.FillNormal(network._weights1, 0, deviation);
        return network;
    }

    /// <summary>W₁ relu(W₀ x + b₀) + b₁. Not for use from several threads at once.</summary>
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
