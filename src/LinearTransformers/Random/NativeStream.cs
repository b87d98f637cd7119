using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>
/// A counter-based stream of our own: any number of any prompt of any batch can be drawn on its own, so each thread draws its prompts, and
/// nothing depends on how many there are. Numbers have the distributions of the published code, but not its values.
/// </summary>
/// <remarks>
/// Tensors (initial parameters, networks) are drawn one after another; batches are numbered. Uniforms have 24 bits, normals come
/// from pairs of them by Box and Muller, gammas by Marsaglia and Tsang.
/// </remarks>
public sealed class NativeStream : IStream
{
    private const int StateWords = 6;
    private const int NormalsABlock = 16;

    private ulong _key;
    private ulong _next;
    private ulong _batches;

    /// <summary>A stream that starts from a seed.</summary>
    public NativeStream(ulong seed) => _key = seed;

    /// <inheritdoc/>
    public void Seed(ulong seed) => (_key, _next, _batches) = (seed, 0, 0);

    /// <inheritdoc/>
    public void FillNormal(Span<float> destination, float mean = 0, float deviation = 1)
    {
        Span<float> block = stackalloc float[NormalsABlock];
        while (!destination.IsEmpty)
        {
            NormalBlock(mean, deviation, block);
            int taken = Math.Min(NormalsABlock, destination.Length);
            block[..taken].CopyTo(destination);
            destination = destination[taken..];
        }
    }

    /// <inheritdoc/>
    public void FillNormalView(Span<float> destination) => FillNormal(destination);

    /// <inheritdoc/>
    public void FillUniform(Span<float> destination, float low, float high)
    {
        ScalarDraws draws = NextDraws();
        foreach (ref float number in destination)
        {
            number = MathF.FusedMultiplyAdd(draws.Uniform(), high - low, low);
        }
    }

    /// <inheritdoc/>
    public void FillLinearLayer(Span<float> weights, Span<float> biases, int inputs)
    {
        float bound = (float)(1 / Math.Sqrt(inputs));
        FillUniform(weights, -bound, bound);
        FillUniform(biases, -bound, bound);
    }

    /// <inheritdoc/>
    public void FillGamma(Span<float> destination, double shape, double scale)
    {
        ScalarDraws draws = NextDraws();
        foreach (ref float number in destination)
        {
            number = (float)(scale * draws.Gamma(shape));
        }
    }

    /// <inheritdoc/>
    public StreamState Save()
        => new([(uint)_key, (uint)(_key >> 32), (uint)_next, (uint)(_next >> 32), (uint)_batches, (uint)(_batches >> 32)]);

    /// <inheritdoc/>
    public void Restore(StreamState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Words.Length != StateWords)
        {
            throw new ArgumentException($"a native stream's state is {StateWords} words, not {state.Words.Length}", nameof(state));
        }

        uint[] words = state.Words;
        _key = words[0] | ((ulong)words[1] << 32);
        _next = words[2] | ((ulong)words[3] << 32);
        _batches = words[4] | ((ulong)words[5] << 32);
    }

    /// <summary>The next batch.</summary>
    internal NativeBatch NextBatch() => new(_key, _batches++);

    /// <summary>The batch that <see cref="NextBatch"/> gave last.</summary>
    internal NativeBatch LastBatch => new(_key, _batches - 1);

    /// <summary>Sixteen normals from one counter a lane.</summary>
    private void NormalBlock(float mean, float deviation, Span<float> block)
    {
        (uint c2, uint c3) = new NativeBatch(_key, _next++).Counter(DrawDomain.Sequence);
        Vector256<uint> w0 = Vector256<uint>.Indices;
        Vector256<uint> w1 = Vector256<uint>.Zero;
        Vector256<uint> w2 = Vector256.Create(c2);
        Vector256<uint> w3 = Vector256.Create(c3);
        Philox.Block(_key, ref w0, ref w1, ref w2, ref w3);
        BoxMuller.Transform(new EightInts(w0.AsInt32()), new EightInts(w1.AsInt32()), mean, deviation, out Eight first, out Eight last);
        first.Value.CopyTo(block);
        last.Value.CopyTo(block[Vector256<float>.Count..]);
    }

    /// <summary>Numbers one by one, from a counter of their own.</summary>
    private ScalarDraws NextDraws() => new(new NativeBatch(_key, _next++), DrawDomain.Sequence, 8);
}
