using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace LinearTransformers.Numerics;

/// <summary>Two vectors of eight single-precision numbers, operation by operation in turn.</summary>
internal readonly struct TwoEights(Vector256<float> first, Vector256<float> second) : ISingles<TwoEights, TwoEightsOfInts>
{
    public readonly Vector256<float> First = first;
    public readonly Vector256<float> Second = second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights Create(float value)
        => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights FusedMultiplyAdd(TwoEights a, TwoEights b, TwoEights c)
        => new(Vector256.FusedMultiplyAdd(a.First, b.First, c.First), Vector256.FusedMultiplyAdd(a.Second, b.Second, c.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights operator +(TwoEights a, TwoEights b)
        => new(a.First + b.First, a.Second + b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights operator -(TwoEights a, TwoEights b)
        => new(a.First - b.First, a.Second - b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights operator *(TwoEights a, TwoEights b)
        => new(a.First * b.First, a.Second * b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights Sqrt(TwoEights x)
        => new(Vector256.Sqrt(x.First), Vector256.Sqrt(x.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights Round(TwoEights x)
        => new(Vector256.Round(x.First), Vector256.Round(x.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts ToInts(TwoEights x)
        => new(Vector256.ConvertToInt32Native(x.First), Vector256.ConvertToInt32Native(x.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts Bits(TwoEights x)
        => new(x.First.AsInt32(), x.Second.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights ChooseBySign(TwoEightsOfInts choice, TwoEights a, TwoEights b)
        => new(EightInts.ChooseBySign(choice.First, a.First, b.First), EightInts.ChooseBySign(choice.Second, a.Second, b.Second));
}

/// <summary>Two vectors of eight 32-bit integers, operation by operation in turn.</summary>
internal readonly struct TwoEightsOfInts(Vector256<int> first, Vector256<int> second) : IInts<TwoEightsOfInts, TwoEights>
{
    public readonly Vector256<int> First = first;
    public readonly Vector256<int> Second = second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts Create(int value)
        => new(Vector256.Create(value), Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts operator +(TwoEightsOfInts a, TwoEightsOfInts b)
        => new(a.First + b.First, a.Second + b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts operator -(TwoEightsOfInts a, TwoEightsOfInts b)
        => new(a.First - b.First, a.Second - b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts operator &(TwoEightsOfInts a, TwoEightsOfInts b)
        => new(a.First & b.First, a.Second & b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts operator |(TwoEightsOfInts a, TwoEightsOfInts b)
        => new(a.First | b.First, a.Second | b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts operator ^(TwoEightsOfInts a, TwoEightsOfInts b)
        => new(a.First ^ b.First, a.Second ^ b.Second);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts operator <<(TwoEightsOfInts x, int bits)
        => new(x.First << bits, x.Second << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts operator >>(TwoEightsOfInts x, int bits)
        => new(x.First >> bits, x.Second >> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts operator >>>(TwoEightsOfInts x, int bits)
        => new(x.First >>> bits, x.Second >>> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts AndNot(TwoEightsOfInts a, TwoEightsOfInts b)
        => new(Vector256.AndNot(a.First, b.First), Vector256.AndNot(a.Second, b.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEightsOfInts AreEqual(TwoEightsOfInts a, TwoEightsOfInts b)
        => new(Vector256.Equals(a.First, b.First), Vector256.Equals(a.Second, b.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights ToSingles(TwoEightsOfInts x)
        => new(Vector256.ConvertToSingle(x.First), Vector256.ConvertToSingle(x.Second));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights UnsignedToSingles(TwoEightsOfInts x)
        => new(Vector256.ConvertToSingle(x.First.AsUInt32()), Vector256.ConvertToSingle(x.Second.AsUInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TwoEights AsSingles(TwoEightsOfInts x)
        => new(x.First.AsSingle(), x.Second.AsSingle());
}
