namespace LinearTransformers.Random;

/// <summary>
/// The stream of the published code: <c>torch.manual_seed(seed)</c> for normals and uniforms,
/// <c>np.random.seed(seed)</c> for gammas.
/// </summary>
public sealed class TorchStream : IStream
{
    // Two engines, each 624 words, a position, a waiting second normal (flag and two words), and the number of draws.
    private const int EngineWords = MersenneTwister.StateLength + 6;

    // States of runs begun before the number of draws was saved: such a stream draws alone.
    private const int EngineWordsBefore = MersenneTwister.StateLength + 4;

    private readonly TorchGenerator _torch;
    private readonly NumpyRandomState _numpy;
    private readonly SharedStream.Seat? _seat;

    /// <summary>A stream that starts from a seed.</summary>
    public TorchStream(ulong seed)
    {
        _torch = new TorchGenerator(seed);
        _numpy = new NumpyRandomState((uint)seed);
    }

    /// <summary>A stream that makes the normals of views together with others of its seed.</summary>
    internal TorchStream(ulong seed, SharedStream.Seat? seat)
        : this(seed) => _seat = seat;

    /// <inheritdoc/>
    public void Seed(ulong seed)
    {
        _torch.Seed(seed);
        _numpy.Seed((uint)seed);
    }

    /// <inheritdoc/>
    public void FillNormal(Span<float> destination, float mean = 0, float deviation = 1)
        => _torch.FillNormal(destination, mean, deviation);

    /// <summary>As <see cref="TorchGenerator.BeginNormal"/>.</summary>
    internal int BeginNormal(Span<float> destination) => _torch.BeginNormal(destination);

    /// <inheritdoc/>
    public void FillNormalView(Span<float> destination)
    {
        if (BorrowNormalView(destination.Length) is { } shared)
        {
            shared.CopyTo(0, destination);
        }
        else
        {
            _torch.FillNormalOneByOne(destination);
        }
    }

    /// <summary>
    /// As <see cref="FillNormalView"/>, but the numbers stay where they are; null, and nothing drawn, where they are not shared with
    /// anybody.
    /// </summary>
    internal LentNormals? BorrowNormalView(int count) => _torch.SecondOfPair is null ? _seat?.Borrow(_torch.Engine, count) : null;

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
        if (state.Words.Length is not (2 * EngineWords or 2 * EngineWordsBefore))
        {
            throw new ArgumentException($"a torch stream's state is {2 * EngineWords} words, not {state.Words.Length}", nameof(state));
        }

        int half = state.Words.Length / 2;
        _torch.SecondOfPair = (float?)Restore(_torch.Engine, state.Words.AsSpan(0, half));
        _numpy.SecondOfPair = Restore(_numpy.Engine, state.Words.AsSpan(half));
    }

    private static void Save(MersenneTwister engine, double? second, Span<uint> words)
    {
        engine.State.CopyTo(words);
        ulong bits = BitConverter.DoubleToUInt64Bits(second ?? 0);
        words[MersenneTwister.StateLength] = (uint)engine.Position;
        words[MersenneTwister.StateLength + 1] = second is null ? 0u : 1u;
        words[MersenneTwister.StateLength + 2] = (uint)bits;
        words[MersenneTwister.StateLength + 3] = (uint)(bits >> 32);
        words[MersenneTwister.StateLength + 4] = (uint)engine.Drawn;
        words[MersenneTwister.StateLength + 5] = (uint)(engine.Drawn >> 32);
    }

    private static double? Restore(MersenneTwister engine, ReadOnlySpan<uint> words)
    {
        long drawn = words.Length == EngineWords
            ? words[MersenneTwister.StateLength + 4] | ((long)words[MersenneTwister.StateLength + 5] << 32)
            : MersenneTwister.Unknown;
        engine.Restore(words[..MersenneTwister.StateLength], (int)Math.Min(words[MersenneTwister.StateLength], int.MaxValue), drawn);
        ulong bits = words[MersenneTwister.StateLength + 2] | ((ulong)words[MersenneTwister.StateLength + 3] << 32);
        return words[MersenneTwister.StateLength + 1] == 0 ? null : BitConverter.UInt64BitsToDouble(bits);
    }
}
