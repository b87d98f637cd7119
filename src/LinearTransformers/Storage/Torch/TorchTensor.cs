using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LinearTransformers.Storage.Torch;

/// <summary>The numbers that tensors look at: their type, how many, and from when they are found, where in the file.</summary>
/// <param name="Key">The storage's name in the file.</param>
/// <param name="Type">The type of each number.</param>
/// <param name="Count">How many.</param>
/// <param name="Offset">Where the file first speaks of it, for messages.</param>
internal sealed record TorchStorage(string Key, ElementType Type, long Count, long Offset)
{
    public long ByteLength => Count * Type.Size();

    /// <summary>Where the numbers begin in the file.</summary>
    public int Begin { get; set; }
}

/// <summary>A tensor: a view of a storage, gathered once the storage is found.</summary>
/// <param name="storage">What it looks at.</param>
/// <param name="first">Where its first element is in the storage.</param>
/// <param name="shape">The length along each axis.</param>
/// <param name="strides">How far apart neighbours along each axis are.</param>
/// <param name="count">The product of the shape; at most as many as the storage has.</param>
internal sealed class TorchTensor(TorchStorage storage, long first, ImmutableArray<int> shape, long[] strides, int count)
{
    private Array? _values;

    public TorchStorage Storage => storage;

    /// <summary>Where it begins to look at it: tensors of one shape that begin at the same place show the same numbers.</summary>
    public long First => first;

    public ImmutableArray<int> Shape => shape;

    public int Count => count;

    public ElementType Type => storage.Type;

    public long ByteLength => (long)count * Type.Size();

    /// <summary>The elements, row-major.</summary>
    public T[] Values<T>() => (T[])_values!;

    /// <summary>The elements in double precision, whatever their type.</summary>
    public double[] ToDoubles() => _values switch
    {
        float[] values => Array.ConvertAll(values, value => (double)value),
        double[] values => values,
        long[] values => Array.ConvertAll(values, value => (double)value),
        int[] values => Array.ConvertAll(values, value => (double)value),
        byte[] values => Array.ConvertAll(values, value => (double)value),
        _ => throw new UnreachableException(),
    };

    /// <summary>The tensor under a name, for a file of ours.</summary>
    public Tensor Named(string name) => _values switch
    {
        float[] values => Tensor.Of(name, values, shape.AsSpan()),
        double[] values => Tensor.Of(name, values, shape.AsSpan()),
        long[] values => Tensor.Of(name, values, shape.AsSpan()),
        int[] values => Tensor.Of(name, values, shape.AsSpan()),
        byte[] values => Tensor.Of(name, values, shape.AsSpan()),
        _ => throw new UnreachableException(),
    };

    /// <summary>Copies the elements out of the file.</summary>
    public void Gather(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> bytes = file.Slice(storage.Begin, (int)storage.ByteLength);
        _values = Type switch
        {
            ElementType.F32 => Gather<float>(bytes),
            ElementType.F64 => Gather<double>(bytes),
            ElementType.I64 => Gather<long>(bytes),
            ElementType.I32 => Gather<int>(bytes),
            _ => Gather<byte>(bytes),
        };
    }

    private T[] Gather<T>(ReadOnlySpan<byte> bytes) where T : unmanaged
    {
        ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(bytes);
        T[] values = new T[count];
        int[] index = new int[shape.Length];
        long at = first;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = from[(int)at];
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                at += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                at -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return values;
    }
}
