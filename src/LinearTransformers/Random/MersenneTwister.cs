using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using LinearTransformers.Numerics;

namespace LinearTransformers.Random;

/// <summary>
/// MT19937 (Matsumoto and Nishimura, 1998), the generator under both PyTorch's CPU streams and NumPy's
/// <c>RandomState</c>. The recurrence looks 397 places ahead, so eight steps go side by side.
/// </summary>
internal sealed unsafe class MersenneTwister
{
    /// <summary>For <see cref="Drawn"/> of an engine whose beginning is not known: below zero whatever is drawn.</summary>
    public const long Unknown = long.MinValue / 2;

    /// <summary>Words of state.</summary>
    public const int StateLength = 624;

    private const int Ahead = 397;
    private const int AtOnce = 8;
    private const uint UpperBit = 0x80000000;
    private const uint Matrix = 0x9908B0DF;
    private const uint FirstTemper = 0x9D2C5680;
    private const uint SecondTemper = 0xEFC60000;

    // With room for the first words once more, behind the last: those that look beyond the end find the new ones there.
    private readonly AlignedBuffer<uint> _state = new(StateLength + AtOnce);
    private readonly AlignedBuffer<uint> _tempered = new(StateLength);
    private int _next = StateLength;
    private long _refilled;

    public MersenneTwister(uint seed) => Seed(seed);

    /// <summary>The place of the next draw within the current 624; 624 when they are used up.</summary>
    public int Position => _next;

    public ReadOnlySpan<uint> State => _state.Span[..StateLength];

    /// <summary>Draws since the seed was given; below zero where nobody knows.</summary>
    public long Drawn => _refilled - StateLength + _next;

    public void Seed(uint seed)
    {
        uint* state = _state.Pointer;
        state[0] = seed;
        for (uint i = 1; i < StateLength; i++)
        {
            state[i] = 1812433253 * (state[i - 1] ^ (state[i - 1] >> 30)) + i;
        }

        _next = StateLength;
        _refilled = 0;
    }

    /// <summary>Takes up a state saved as <see cref="State"/>, <see cref="Position"/> and <see cref="Drawn"/>.</summary>
    public void Restore(ReadOnlySpan<uint> state, int position, long drawn)
    {
        if (state.Length != StateLength || position is < 0 or > StateLength)
        {
            throw new ArgumentException(
                $"an MT19937 state is {StateLength} words and a position from 0 to {StateLength}, not {state.Length} and {position}");
        }

        state.CopyTo(_state.Span);
        Temper();
        _next = position;
        _refilled = drawn + StateLength - position;
    }

    /// <summary>The next 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Next()
    {
        if (_next == StateLength)
        {
            Refill(_tempered.Pointer);
        }

        return _tempered.Pointer[_next++];
    }

    /// <summary>
    /// Draws ahead that lie one after another, the next first: between 1 and 624 of them, good until the next call but <see cref="Skip"/>,
    /// as long as the engine is kept alive.
    /// </summary>
    public uint* Upcoming(out int count)
    {
        if (_next == StateLength)
        {
            Refill(_tempered.Pointer);
        }

        count = StateLength - _next;
        return _tempered.Pointer + _next;
    }

    /// <summary>The next <paramref name="count"/> draws in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(uint* destination, int count)
    {
        while (count > 0)
        {
            if (_next == StateLength && count >= StateLength)
            {
                // All of the next ones: they need not be kept as well.
                Refill(destination);
                _next = StateLength;
                destination += StateLength;
                count -= StateLength;
                continue;
            }

            uint* upcoming = Upcoming(out int ready);
            int taken = Math.Min(count, ready);
            Unsafe.CopyBlockUnaligned(destination, upcoming, (uint)taken * sizeof(uint));
            _next += taken;
            destination += taken;
            count -= taken;
        }

        GC.KeepAlive(this);
    }

    /// <summary>Passes over draws.</summary>
    public void Skip(int count)
    {
        while (count > 0)
        {
            Upcoming(out int ready);
            int taken = Math.Min(count, ready);
            _next += taken;
            count -= taken;
        }
    }

    /// <summary>The next 624 words of state, and their draws to where they are wanted.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Refill(uint* t)
    {
        uint* s = _state.Pointer;
        Twist(s, t, 0, Ahead);
        Vector256.Store(Vector256.Load(s), s + StateLength);
        int k = AtOnce;
        for (; k < StateLength - Ahead; k += AtOnce)
        {
            Twist(s, t, k, Ahead);
        }

        for (; k < StateLength; k += AtOnce)
        {
            Twist(s, t, k, Ahead - StateLength);
        }

        _next = 0;
        _refilled += StateLength;
    }

    /// <summary>Eight words of state from the old ones and those so far ahead, and their draws.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Twist(uint* s, uint* t, int k, int ahead)
    {
        Vector256<uint> current = Vector256.Load(s + k);
        Vector256<uint> following = Vector256.Load(s + k + 1);
        Vector256<uint> y = following ^ ((current ^ following) & Vector256.Create(UpperBit));
        Vector256<uint> odd = Vector256<uint>.Zero - (following & Vector256<uint>.One);
        y = Vector256.Load(s + k + ahead) ^ (y >> 1) ^ (odd & Vector256.Create(Matrix));
        Vector256.Store(y, s + k);
        Vector256.Store(Temper(y), t + k);
    }

    private void Temper()
    {
        for (int k = 0; k < StateLength; k++)
        {
            _tempered.Pointer[k] = Temper(_state.Pointer[k]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Temper(uint y)
    {
        y ^= y >> 11;
        y ^= (y << 7) & FirstTemper;
        y ^= (y << 15) & SecondTemper;
        return y ^ (y >> 18);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Temper(Vector256<uint> y)
    {
        y ^= y >> 11;
        y ^= (y << 7) & Vector256.Create(FirstTemper);
        y ^= (y << 15) & Vector256.Create(SecondTemper);
        return y ^ (y >> 18);
    }
}
