using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace LinearTransformers.Storage;

/// <summary>A tensor together with its elements.</summary>
/// <typeparam name="T">The C# type of an element.</typeparam>
public sealed class Tensor<T> : Tensor where T : unmanaged
{
    // A span of bytes is at most 2 GiB long, a tensor is not.
    private const int ElementsPerPiece = 1 << 20;

    internal Tensor(string name, ElementType type, ImmutableArray<int> shape, ReadOnlyMemory<T> values)
        : base(name, type, shape, values.Length) => Values = values;

    /// <summary>The elements, row-major.</summary>
    public ReadOnlyMemory<T> Values { get; }

    internal override void WriteTo(Stream stream)
    {
        RequireLittleEndian();
        for (ReadOnlySpan<T> rest = Values.Span; rest.Length > 0; rest = rest[Math.Min(rest.Length, ElementsPerPiece)..])
            stream.Write(MemoryMarshal.AsBytes(rest[..Math.Min(rest.Length, ElementsPerPiece)]));
    }

    /// <summary>Reads the elements that stand at the stream's position; that they are there has been checked.</summary>
    internal static Tensor<T> ReadFrom(Stream stream, TensorHeader.Entry entry)
    {
        RequireLittleEndian();
        T[] values = GC.AllocateUninitializedArray<T>((int)(entry.ByteLength / entry.Type.Size()));
        for (Span<T> rest = values.AsSpan(); rest.Length > 0; rest = rest[Math.Min(rest.Length, ElementsPerPiece)..])
            stream.ReadExactly(MemoryMarshal.AsBytes(rest[..Math.Min(rest.Length, ElementsPerPiece)]));
        return new Tensor<T>(entry.Name, entry.Type, entry.Shape, values);
    }

    private static void RequireLittleEndian()
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Tensor files are little-endian and copied as they are; this machine is big-endian.");
    }
}
