using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LinearTransformers.Numerics;

/// <summary>Eight single-precision numbers.</summary>
internal readonly struct Eight(Vector256<float> value) : ISingles<Eight, EightInts>
{
    public readonly Vector256<float> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight FusedMultiplyAdd(Eight a, Eight b, Eight c) => new(Vector256.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator +(Eight a, Eight b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator -(Eight a, Eight b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight operator *(Eight a, Eight b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Sqrt(Eight x) => new(Vector256.Sqrt(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight Round(Eight x) => new(Vector256.Round(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts ToInts(Eight x) => new(Vector256.ConvertToInt32Native(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts Bits(Eight x) => new(x.Value.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight ChooseBySign(EightInts choice, Eight a, Eight b) => new(EightInts.ChooseBySign(choice.Value, a.Value, b.Value));
}

/// <summary>Eight 32-bit integers.</summary>
internal readonly struct EightInts(Vector256<int> value) : IInts<EightInts, Eight>
{
    public readonly Vector256<int> Value = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts Create(int value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts operator +(EightInts a, EightInts b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts operator -(EightInts a, EightInts b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts operator &(EightInts a, EightInts b) => new(a.Value & b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts operator |(EightInts a, EightInts b) => new(a.Value | b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts operator ^(EightInts a, EightInts b) => new(a.Value ^ b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts operator <<(EightInts x, int bits) => new(x.Value << bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts operator >>(EightInts x, int bits) => new(x.Value >> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts operator >>>(EightInts x, int bits) => new(x.Value >>> bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts AndNot(EightInts a, EightInts b) => new(Vector256.AndNot(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EightInts AreEqual(EightInts a, EightInts b) => new(Vector256.Equals(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight ToSingles(EightInts x) => new(Vector256.ConvertToSingle(x.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight UnsignedToSingles(EightInts x) => new(Vector256.ConvertToSingle(x.Value.AsUInt32()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Eight AsSingles(EightInts x) => new(x.Value.AsSingle());

    /// <summary>One instruction where there is one; elsewhere the sign is spread over all bits first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ChooseBySign(Vector256<int> choice, Vector256<float> a, Vector256<float> b)
        => Avx.IsSupported ? Avx.BlendVariable(b, a, choice.AsSingle()) : Vector256.ConditionalSelect((choice >> 31).AsSingle(), a, b);
}
