using System.Runtime.CompilerServices;
using LinearTransformers.Numerics;
using LinearTransformers.Random;

namespace LinearTransformers.Prompts.Networks;

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
        _scratch = new(() => new Scratch(0, inputs, hidden, outputs));
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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Evaluate(ReadOnlySpan<float> x, Span<float> result)
    {
        Affine(_weights0, _biases0, x, _hidden);
        foreach (ref float unit in _hidden.AsSpan())
        {
            unit = MathF.Max(unit, 0);
        }

        Affine(_weights1, _biases1, _hidden, result);
    }

    internal Scratch Rent(int tokens)
    {
        Scratch scratch = _scratch.Rent();
        return scratch.Tokens >= tokens ? scratch : new Scratch(tokens, Inputs, _biases0.Length, Outputs);
    }

    internal void Return(Scratch scratch) => _scratch.Return(scratch);

    /// <summary>
    /// The features of the tokens of eight prompts side by side: each lane takes the steps, and has the bits, that it would have alone.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal unsafe void Evaluate(Scratch scratch, int tokens)
    {
        fixed (float* weights0 = _weights0, biases0 = _biases0, weights1 = _weights1, biases1 = _biases1)
        {
            int hidden = _biases0.Length;
            Affine(weights0, biases0, scratch.Covariates, scratch.Hidden, tokens, Inputs, hidden);
            for (int i = 0; i < tokens * hidden; i++)
            {
                scratch.Hidden[i] = SingleHalfLanes.KeepWherePositive(scratch.Hidden[i], scratch.Hidden[i]);
            }

            Affine(weights1, biases1, scratch.Hidden, scratch.Features, tokens, hidden, _biases1.Length);
        }
    }

    /// <summary>A row of outputs for each token.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Affine(
        float* weights, float* biases, SingleHalfLanes* x, SingleHalfLanes* result, int tokens, int inputs, int outputs)
        => LaneProduct.Multiply<SingleHalfLanes, float, ParameterRows<SingleHalfLanes, float, AnyDimension>,
            Rows<SingleHalfLanes, AnyDimension>, ParameterColumns<SingleHalfLanes, float, AnyDimension>, AnyDimension, AnyDimension,
                AnyDimension>(
            result, outputs, new(biases, 0), new(x, inputs), new(weights, inputs), tokens, inputs, outputs);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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

    /// <summary>Room for the tokens of eight prompts side by side.</summary>
    internal sealed unsafe class Scratch
    {
        /// <summary>A transposition may write that many bundles too many.</summary>
        private const int Padding = 8;

        private readonly AlignedBuffer<SingleHalfLanes> _memory;

        public Scratch(int tokens, int inputs, int hidden, int outputs)
        {
            Tokens = tokens;
            _memory = new((tokens * (inputs + hidden + outputs)) + outputs + (2L * Padding));
            Covariates = _memory.Pointer;
            Tasks = Covariates + (tokens * inputs) + Padding;
            Hidden = Tasks + outputs + Padding;
            Features = Hidden + (tokens * hidden);
        }

        public int Tokens { get; }

        public SingleHalfLanes* Covariates { get; }

        public SingleHalfLanes* Tasks { get; }

        public SingleHalfLanes* Hidden { get; }

        public SingleHalfLanes* Features { get; }
    }
}
