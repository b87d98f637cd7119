namespace LinearTransformers.Random;

/// <summary>
/// The stream of the published code: <c>torch.manual_seed(seed)</c> for normals and uniforms,
/// <c>np.random.seed(seed)</c> for gammas.
/// </summary>
public sealed class TorchStream : IStream
{
    // Two engines, each 624 words, a position, and a waiting second normal (flag and two words).
    private const int EngineWords = MersenneTwister.StateLength + 4;

    private readonly TorchGenerator _torch;
    private readonly NumpyRandomState _numpy;

    /// <summary>A stream that starts from a seed.</summary>
    public TorchStream(ulong seed)
    {
        _torch = new TorchGenerator(seed);
        _numpy = new NumpyRandomState((uint)seed);
    }

    /// <inheritdoc/>
    public void Seed(ulong seed)
    {
        _torch.Seed(seed);
        _numpy.Seed((uint)seed);
    }

    /// <inheritdoc/>
    public void FillNormal(Span<float> destination, float mean = 0, float deviation = 1)
        => _torch.FillNormal(destination, mean, deviation);

    /// <inheritdoc/>
    public void FillNormalView(Span<float> destination) => _torch.FillNormalOneByOne(destination);

    /// <inheritdoc/>
    public void FillUniform(Span<float> destination, float low, float high) => _torch.FillUniform(destination, low, high);

    /// <inheritdoc/>
    public void FillLinearLayer(Span<float> weights, Span<float> biases, int inputs)
        => _torch.FillLinearLayer(weights, biases, inputs);

    /// <inheritdoc/>
    public void FillGamma(Span<float> destination, double shape, double scale)
    {
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = (float)_numpy.NextGamma(shape, scale);
        }
    }

    /// <inheritdoc/>
    public StreamState Save()
    {
        uint[] words = new uint[2 * EngineWords];
        Save(_torch.Engine, _torch.SecondOfPair, words.AsSpan(0, EngineWords));
        Save(_numpy.Engine, _numpy.SecondOfPair, words.AsSpan(EngineWords));
        return new StreamState(words);
    }

    /// <inheritdoc/>
    public void Restore(StreamState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Words.Length != 2 * EngineWords)
        {
            throw new ArgumentException($"a torch stream's state is {2 * EngineWords} words, not {state.Words.Length}", nameof(state));
        }

        _torch.SecondOfPair = (float?)Restore(_torch.Engine, state.Words.AsSpan(0, EngineWords));
        _numpy.SecondOfPair = Restore(_numpy.Engine, state.Words.AsSpan(EngineWords));
    }

    private static void Save(MersenneTwister engine, double? second, Span<uint> words)
    {
        engine.State.CopyTo(words);
        ulong bits = BitConverter.DoubleToUInt64Bits(second ?? 0);
        words[MersenneTwister.StateLength] = (uint)engine.Position;
        words[MersenneTwister.StateLength + 1] = second is null ? 0u : 1u;
        words[MersenneTwister.StateLength + 2] = (uint)bits;
        words[MersenneTwister.StateLength + 3] = (uint)(bits >> 32);
    }

    private static double? Restore(MersenneTwister engine, ReadOnlySpan<uint> words)
    {
        engine.Restore(words[..MersenneTwister.StateLength], (int)Math.Min(words[MersenneTwister.StateLength], int.MaxValue));
        ulong bits = words[MersenneTwister.StateLength + 2] | ((ulong)words[MersenneTwister.StateLength + 3] << 32);
        return words[MersenneTwister.StateLength + 1] == 0 ? null : BitConverter.UInt64BitsToDouble(bits);
    }
}
