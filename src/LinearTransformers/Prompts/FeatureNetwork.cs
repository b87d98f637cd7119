using LinearTransformers.Numerics;
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
    private readonly ScratchPool<Scratch> _scratch;

    private FeatureNetwork(int inputs, int hidden, int outputs)
    {
        _weights0 = new float[hidden * inputs];
        _biases0 = new float[hidden];
        _weights1 = new float[outputs * hidden];
        _biases1 = new float[outputs];
        _hidden = new float[hidden];
        _scratch = new(() => new Scratch(inputs, hidden, outputs));
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

    internal Scratch Rent() => _scratch.Rent();

    internal void Return(Scratch scratch) => _scratch.Return(scratch);

    /// <summary>The features of sixteen covariates side by side: each lane takes the steps, and has the bits, that it would have alone.</summary>
    internal unsafe void Evaluate(Scratch scratch)
    {
        Affine(_weights0, _biases0, scratch.Covariates, scratch.Hidden, Inputs);
        for (int i = 0; i < _biases0.Length; i++)
        {
            scratch.Hidden[i] = SingleLanes.KeepWherePositive(scratch.Hidden[i], scratch.Hidden[i]);
        }

        Affine(_weights1, _biases1, scratch.Hidden, scratch.Features, _biases0.Length);
    }

    private static unsafe void Affine(float[] weights, float[] biases, SingleLanes* x, SingleLanes* result, int inputs)
    {
        for (int i = 0; i < biases.Length; i++)
        {
            SingleLanes sum = SingleLanes.Broadcast(biases[i]);
            for (int j = 0; j < inputs; j++)
            {
                SingleLanes.Accumulate(SingleLanes.Broadcast(weights[(i * inputs) + j]), x[j], ref sum);
            }

            result[i] = sum;
        }
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

    /// <summary>Room for sixteen covariates side by side.</summary>
    internal sealed unsafe class Scratch
    {
        /// <summary>A transposition may write that many bundles too many.</summary>
        private const int Padding = 16;

        private readonly AlignedBuffer<SingleLanes> _memory;

        public Scratch(int inputs, int hidden, int outputs)
        {
            _memory = new(inputs + outputs + (2 * Padding) + hidden + outputs);
            Covariates = _memory.Pointer;
            Tasks = Covariates + inputs + Padding;
            Hidden = Tasks + outputs + Padding;
            Features = Hidden + hidden;
        }

        public SingleLanes* Covariates { get; }

        public SingleLanes* Tasks { get; }

        public SingleLanes* Hidden { get; }

        public SingleLanes* Features { get; }
    }
}
