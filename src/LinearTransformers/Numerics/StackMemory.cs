using System.Runtime.CompilerServices;

namespace LinearTransformers.Numerics;

/// <summary>Memory of the stack, which <c>stackalloc</c> aligns for no vector.</summary>
internal static unsafe class StackMemory
{
    /// <summary>
    /// The first place from which on no vector lies across two cache lines. It may lie a vector further on, so ask for one too many.
    /// </summary>
    /// <typeparam name="TVector">A vector of 32 or 64 bytes.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector* Aligned<TVector>(void* memory)
        where TVector : unmanaged
        => (TVector*)(((nint)memory + sizeof(TVector) - 1) & -sizeof(TVector));
}
