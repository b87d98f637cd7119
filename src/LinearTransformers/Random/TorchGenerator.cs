using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>
/// PyTorch's CPU generator, draw for draw: what <c>torch.manual_seed(seed)</c> followed by <c>uniform_</c> and
/// <c>normal_</c> on float32 tensors gives. Uniforms are equal to the bit; normals within 2 ulp, since PyTorch's
/// own logarithm, sine and cosine differ between its builds.
/// </summary>
internal sealed unsafe class TorchGenerator
{
    /// <summary>Words that become normal together.</summary>
    public const int Block = 16;
    private const int PairsAtOnce = 8;

    private readonly MersenneTwister _engine = new(0);
    private readonly AlignedBuffer<uint> _broken = new(4 * PairsAtOnce);
    private float? _secondOfPair;

    public TorchGenerator(ulong seed) => Seed(seed);

    public MersenneTwister Engine => _engine;

    /// <summary>The normal that the last pair left over for the next single draw, if any.</summary>
    public float? SecondOfPair
    {
        get => _secondOfPair;
        set => _secondOfPair = value;
    }

    /// <summary>As <c>torch.manual_seed</c>: only the low 32 bits count.</summary>
    public void Seed(ulong seed)
    {
        _engine.Seed((uint)seed);
        _secondOfPair = null;
    }

    /// <summary>As <c>uniform_(low, high)</c>: low + u·(high − low) in one rounding, u the low 24 bits of a draw over 2²⁴.</summary>
    public void FillUniform(Span<float> destination, float low, float high)
    {
        float width = high - low;
        while (destination.Length > 0)
        {
            uint* draws = _engine.Upcoming(out int ready);
            int now = Math.Min(ready, destination.Length);
            Uniforms(draws, destination[..now], width, low);
            _engine.Skip(now);
            destination = destination[now..];
        }

        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Uniforms(uint* draws, Span<float> destination, float width, float low)
    {
        int i = 0;
        for (; i + Vector256<float>.Count <= destination.Length; i += Vector256<float>.Count)
        {
            Vector256<int> bits = (Vector256.Load(draws + i) & Vector256.Create(0xFFFFFFu)).AsInt32();
            Vector256<float> u = Vector256.ConvertToSingle(bits) * Vector256.Create(1f / (1 << 24));
            Vector256.FusedMultiplyAdd(u, Vector256.Create(width), Vector256.Create(low)).CopyTo(destination[i..]);
        }

        for (; i < destination.Length; i++)
        {
            destination[i] = MathF.FusedMultiplyAdd((draws[i] & 0xFFFFFF) * (1f / (1 << 24)), width, low);
        }
    }

    /// <summary>As <c>normal_(mean, deviation)</c> on a contiguous tensor of this size.</summary>
    public void FillNormal(Span<float> destination, float mean = 0, float deviation = 1)
    {
        if (destination.Length < Block)
        {
            FillNormalOneByOne(destination, mean, deviation);
            return;
        }

        fixed (float* normals = destination)
        {
            int blocks = destination.Length / Block;
            for (int done = 0; done < blocks;)
            {
                uint* draws = Draws(Block, blocks - done, out int now);
                BoxMuller.TransformBlocks(draws, normals + (long)done * Block, now, mean, deviation);
                done += now;
            }

            int rest = destination.Length - blocks * Block;
            if (rest > 0)
            {
                // The uniforms of the last, broken block are drawn, then the last 16 places are drawn anew.
                _engine.Skip(rest);
                BoxMuller.TransformBlocks(Draws(Block, 1, out _), normals + destination.Length - Block, 1, mean, deviation);
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>
    /// As <see cref="FillNormal"/> with mean 0 and deviation 1, but the first numbers of the result stay draws:
    /// <see cref="BoxMuller.TransformBlocks"/> makes normals of them, any blocks of 16 of them, on any thread.
    /// </summary>
    /// <returns>How many, a multiple of 16.</returns>
    public int BeginNormal(Span<float> destination)
    {
        int blocks = destination.Length / Block;
        int rest = destination.Length - (blocks * Block);
        if (blocks == 0)
        {
            FillNormalOneByOne(destination);
            return 0;
        }

        fixed (float* numbers = destination)
        {
            _engine.Fill((uint*)numbers, blocks * Block);
            if (rest > 0)
            {
                // The last 16 numbers are drawn anew, over some of the last whole block's.
                blocks--;
                float* last = numbers + (blocks * Block);
                BoxMuller.TransformBlocks((uint*)last, last, 1, 0, 1);
                _engine.Skip(rest);
                BoxMuller.TransformBlocks(Draws(Block, 1, out _), numbers + destination.Length - Block, 1, 0, 1);
            }
        }

        GC.KeepAlive(this);
        return blocks * Block;
    }

    /// <summary>
    /// As <c>normal_(mean, deviation)</c> on a tensor of fewer than 16 elements, or on a view that is not contiguous:
    /// pairs from 53-bit uniforms, whose second value waits for the next such draw.
    /// </summary>
    public void FillNormalOneByOne(Span<float> destination, float mean = 0, float deviation = 1)
    {
        int i = 0;
        if (_secondOfPair is { } waiting && destination.Length > 0)
        {
            destination[i++] = MathF.FusedMultiplyAdd(waiting, deviation, mean);
            _secondOfPair = null;
        }

        fixed (float* normals = destination)
        {
            while (destination.Length - i >= 2 * PairsAtOnce)
            {
                uint* draws = Draws(4 * PairsAtOnce, (destination.Length - i) / (2 * PairsAtOnce), out int eights);
                BoxMuller.TransformPairs(draws, normals + i, eights, mean, deviation);
                i += eights * 2 * PairsAtOnce;
            }
        }

        int rest = destination.Length - i;
        if (rest > 0)
        {
            // Fewer than eight pairs: drawn as they are needed, scaled as they are used.
            float* last = stackalloc float[2 * PairsAtOnce];
            _engine.Fill(_broken.Pointer, 4 * ((rest + 1) / 2));
            BoxMuller.TransformPairs(_broken.Pointer, last, 1, 0, 1);
            for (int j = 0; j < rest; j++)
            {
                destination[i + j] = MathF.FusedMultiplyAdd(last[j], deviation, mean);
            }

            _secondOfPair = rest % 2 == 0 ? null : last[rest];
        }

        GC.KeepAlive(this);
    }

    /// <summary>
    /// The next groups of draws, at most so many and at least one, where the engine has them or, if one is broken by its end, put together.
    /// </summary>
    private uint* Draws(int group, int atMost, out int groups)
    {
        uint* upcoming = _engine.Upcoming(out int ready);
        groups = Math.Min(atMost, ready / group);
        if (groups > 0)
        {
            _engine.Skip(groups * group);
            return upcoming;
        }

        groups = 1;
        _engine.Fill(_broken.Pointer, group);
        return _broken.Pointer;
    }

    /// <summary>
    /// As the default initialisation of <c>torch.nn.Linear(inputs, outputs)</c>: weights [outputs, inputs], then
    /// biases [outputs], all uniform on ±1/√inputs.
    /// </summary>
    public void FillLinearLayer(Span<float> weights, Span<float> biases, int inputs)
    {
        float bound = (float)(1 / Math.Sqrt(inputs));
        FillUniform(weights, -bound, bound);
        FillUniform(biases, -bound, bound);
    }
}
