using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace LinearTransformers.Numerics;

/// <summary>Entries of two vectors in turn, within each half of 128 bits, as the instructions unpack-low and unpack-high have it.</summary>
internal static class Interleave
{
    /// <summary>a₀ b₀ a₁ b₁ of each half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Low(Vector256<uint> a, Vector256<uint> b)
        => Avx2.IsSupported
            ? Avx2.UnpackLow(a, b)
            : Merge(Vector256.Shuffle(a, Vector256.Create(0u, 0, 1, 1, 4, 4, 5, 5)),
                Vector256.Shuffle(b, Vector256.Create(0u, 0, 1, 1, 4, 4, 5, 5)));

    /// <summary>a₂ b₂ a₃ b₃ of each half.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> High(Vector256<uint> a, Vector256<uint> b)
        => Avx2.IsSupported
            ? Avx2.UnpackHigh(a, b)
            : Merge(Vector256.Shuffle(a, Vector256.Create(2u, 2, 3, 3, 6, 6, 7, 7)),
                Vector256.Shuffle(b, Vector256.Create(2u, 2, 3, 3, 6, 6, 7, 7)));

    /// <summary>a₀ b₀ of each half, in words of 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> LowPairs(Vector256<uint> a, Vector256<uint> b)
        => Avx2.IsSupported
            ? Avx2.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsUInt32()
            : Vector256.ConditionalSelect(FirstPairs, a, Vector256.Shuffle(b, Vector256.Create(0u, 1, 0, 1, 4, 5, 4, 5)));

    /// <summary>a₁ b₁ of each half, in words of 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> HighPairs(Vector256<uint> a, Vector256<uint> b)
        => Avx2.IsSupported
            ? Avx2.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsUInt32()
            : Vector256.ConditionalSelect(FirstPairs, Vector256.Shuffle(a, Vector256.Create(2u, 3, 2, 3, 6, 7, 6, 7)), b);

    private static Vector256<uint> FirstPairs => Vector256.Create(uint.MaxValue, uint.MaxValue, 0, 0, uint.MaxValue, uint.MaxValue, 0, 0);

    private static Vector256<uint> Merge(Vector256<uint> even, Vector256<uint> odd)
        => Vector256.ConditionalSelect(Vector256.Create((ulong)uint.MaxValue).AsUInt32(), even, odd);
}
