using System.Collections.Immutable;

namespace LinearTransformers.Storage;

/// <summary>A named array of numbers with a shape, row-major (the last index runs fastest), as a tensor file holds it.</summary>
/// <example>
/// <code>
/// Tensor[] tensors = [Tensor.Of("allparam", values, snapshots, 3, 1, 2, 5, 5), Tensor.Vector("iteration", iterations)];
/// </code>
/// </example>
public abstract class Tensor
{
    private protected Tensor(string name, ElementType type, ImmutableArray<int> shape, int count)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name == TensorHeader.MetadataKey)
            throw new ArgumentException($"A tensor cannot be called {TensorHeader.MetadataKey}; the format keeps that name.", nameof(name));
        if (!UnicodeText.IsWellFormed(name))
            throw new ArgumentException($"The tensor name {Wording.Quote(name)} is not well-formed Unicode.", nameof(name));
        if (TensorShape.Count(shape.AsSpan()) != count)
        {
            throw new ArgumentException(
                $"Tensor {Wording.Quote(name)}: shape {Wording.Shape(shape.AsSpan())} does not hold {count} values; the product of its "
                    + $"lengths should be {count}.",
                nameof(shape));
        }
        (Name, Type, Shape, Count) = (name, type, shape, count);
    }

    /// <summary>The name, unique in its file.</summary>
    public string Name { get; }

    /// <summary>The type of each element.</summary>
    public ElementType Type { get; }

    /// <summary>The length along each axis; empty for a scalar, which has one element.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>The number of elements: the product of the shape.</summary>
    public int Count { get; }

    /// <summary>The bytes the elements take in a file.</summary>
    public long ByteLength => (long)Count * Type.Size();

    /// <summary>A tensor over values that stay where they are: they are not copied, so leave them alone until they are written.</summary>
    /// <typeparam name="T"><see cref="float"/>, <see cref="double"/>, <see cref="int"/>, <see cref="long"/>, <see cref="uint"/> or
    /// <see cref="byte"/>.</typeparam>
    /// <param name="name">The name, unique in its file.</param>
    /// <param name="values">The elements, row-major.</param>
    /// <param name="shape">The length along each axis; none for a scalar.</param>
    /// <exception cref="ArgumentException">The shape does not hold as many values, or the name is <c>__metadata__</c> or no
    /// Unicode.</exception>
    /// <exception cref="NotSupportedException">The format, or this library, has no such element type.</exception>
    public static Tensor<T> Of<T>(string name, ReadOnlyMemory<T> values, params ReadOnlySpan<int> shape) where T : unmanaged =>
        new(name, ElementTypes.Of<T>(), [.. shape], values);

    /// <inheritdoc cref="Of{T}(string, ReadOnlyMemory{T}, ReadOnlySpan{int})"/>
    public static Tensor<T> Of<T>(string name, T[] values, params ReadOnlySpan<int> shape) where T : unmanaged =>
        Of(name, new ReadOnlyMemory<T>(values), shape);

    /// <summary>A tensor with one axis, as long as there are values.</summary>
    /// <inheritdoc cref="Of{T}(string, ReadOnlyMemory{T}, ReadOnlySpan{int})"/>
    public static Tensor<T> Vector<T>(string name, ReadOnlyMemory<T> values) where T : unmanaged => Of(name, values, values.Length);

    /// <inheritdoc cref="Vector{T}(string, ReadOnlyMemory{T})"/>
    public static Tensor<T> Vector<T>(string name, T[] values) where T : unmanaged => Vector(name, new ReadOnlyMemory<T>(values));

    /// <summary>A tensor with no axis and one value.</summary>
    /// <param name="name">The name, unique in its file.</param>
    /// <param name="value">The value.</param>
    /// <inheritdoc cref="Of{T}(string, ReadOnlyMemory{T}, ReadOnlySpan{int})"/>
    public static Tensor<T> Scalar<T>(string name, T value) where T : unmanaged => Of(name, new[] { value });

    /// <summary>Writes the elements, little-endian.</summary>
    internal abstract void WriteTo(Stream stream);
}
