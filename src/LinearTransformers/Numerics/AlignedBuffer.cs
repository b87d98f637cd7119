using System.Runtime.InteropServices;

namespace LinearTransformers.Numerics;

/// <summary>
/// Memory outside the garbage-collected heap, aligned for the widest vectors, zeroed at the start and freed with the
/// object: whoever hands out <see cref="Pointer"/> keeps the object alive until the pointer is no longer used.
/// </summary>
/// <typeparam name="T">The element.</typeparam>
internal sealed unsafe class AlignedBuffer<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    public AlignedBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint bytes = checked((nuint)Math.Max(length, 1) * (nuint)sizeof(T));
        Pointer = (T*)NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(Pointer, bytes);
        GC.AddMemoryPressure((long)bytes);
    }

    ~AlignedBuffer()
    {
        NativeMemory.AlignedFree(Pointer);
        GC.RemoveMemoryPressure(Math.Max(Length, 1) * sizeof(T));
    }

    public T* Pointer { get; }

    public long Length { get; }

    public Span<T> Span => new(Pointer, checked((int)Length));
}
