using System.Buffers.Binary;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace LinearTransformers.Storage;

/// <summary>
/// Named tensors and a little text in one file, in the safetensors format: Python's library reads what we
/// write, and we read what it writes.
/// </summary>
/// <remarks>
/// The format (https://github.com/huggingface/safetensors): eight bytes of length n, little-endian; n bytes of
/// JSON that give each name a dtype, a shape and a place in the data; the data, without gaps. Reading is
/// strict: whatever the format does not allow is a <see cref="TensorFormatException"/>, and no more memory is
/// taken than the file is long. Of the dtypes we know <see cref="ElementType"/>. Two limits are ours: an axis has
/// at most 2³¹−1 entries and a tensor at most <see cref="Array.MaxLength"/> elements.
/// </remarks>
/// <example>
/// <code>
/// TensorFile.Write("history.safetensors",
///     [Tensor.Of("allparam", values, snapshots, 3, 1, 2, 5, 5), Tensor.Vector("iteration", iterations)],
///     new Dictionary&lt;string, string&gt; { ["seed"] = "0" });
///
/// var file = TensorFile.Read("history.safetensors");
/// ReadOnlyMemory&lt;float&gt; all = file.Get&lt;float&gt;("allparam", TensorFile.AnyLength, 3, 1, 2, 5, 5);
/// int snapshots = file["allparam"].Shape[0];
/// </code>
/// </example>
public sealed class TensorFile
{
    /// <summary>Stands for any length along an axis when a shape is asked for.</summary>
    public const int AnyLength = -1;

    private readonly string _file;
    private readonly Dictionary<string, Tensor> _tensors;

    private TensorFile(string file, IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        _file = file;
        _tensors = tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>The tensors, in the order in which the header names them.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    /// <summary>The text stored with them, by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensor of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="TensorFormatException">There is none.</exception>
    public Tensor this[string name] => TryGet(name, out Tensor? tensor)
        ? tensor
        : throw TensorFormatException.AtTensor(_file, name, "it is not in the file; it should be.");

    /// <summary>
    /// Writes a file, whole or not at all (see <see cref="AtomicFile"/>); the same tensors and metadata give the same bytes.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">The tensors, each with a name of its own.</param>
    /// <param name="metadata">Text to store with them.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or the metadata is not Unicode text.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        byte[] header = Compose(tensors, metadata);
        AtomicFile.Write(path, stream => Write(stream, header, tensors));
    }

    /// <summary>Writes the bytes of a file into a stream.</summary>
    /// <param name="stream">Where to write, from its position on.</param>
    /// <param name="tensors">The tensors, each with a name of its own.</param>
    /// <param name="metadata">Text to store with them.</param>
    /// <exception cref="ArgumentException">Two tensors have one name, or the metadata is not Unicode text.</exception>
    public static void Write(Stream stream, IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Write(stream, Compose(tensors, metadata), tensors);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFormatException">It is not a safetensors file, or a damaged one.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TensorFile Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a file from a stream, from its position to its end.</summary>
    /// <param name="stream">A stream that can seek: its length is what everything in the file is checked against.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="TensorFormatException">It is not a safetensors file, or a damaged one.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TensorFile Read(Stream stream, string file)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(file);
        if (!stream.CanSeek)
            throw TensorFormatException.AtByte(file, 0, "this is a pipe or a device; it should be an ordinary file.");

        long length = stream.Length - stream.Position;
        TensorHeader header = TensorHeaderReader.Read(file, ReadJson(stream, file, length, out long dataStart));
        Dictionary<string, Tensor> read = new(StringComparer.Ordinal);
        foreach (TensorHeader.Entry entry in TensorLayout.Check(file, header, dataStart, length - dataStart))
            read.Add(entry.Name, ReadTensor(stream, entry));
        return new TensorFile(file, [.. header.Entries.Select(entry => read[entry.Name])], header.Metadata);
    }

    /// <summary>Whether there is a tensor of that name, and which.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor, null if there is none.</param>
    public bool TryGet(string name, [NotNullWhen(true)] out Tensor? tensor) => _tensors.TryGetValue(name, out tensor);

    /// <summary>The elements of a tensor of any shape, row-major; nothing is copied or converted.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="name">Its name.</param>
    /// <exception cref="TensorFormatException">There is none, or its elements are of another type.</exception>
    /// <exception cref="NotSupportedException">No tensor has such elements.</exception>
    public ReadOnlyMemory<T> Get<T>(string name) where T : unmanaged
    {
        Tensor tensor = this[name];
        return tensor is Tensor<T> typed
            ? typed.Values
            : throw TensorFormatException.AtTensor(_file, name, $"it is {tensor.Type.Code()}; it should be {ElementTypes.Of<T>().Code()}.");
    }

    /// <summary>The elements of a tensor of a certain shape, row-major; nothing is copied or converted.</summary>
    /// <typeparam name="T">The type of its elements.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The shape it should have, <see cref="AnyLength"/> where any length will do.</param>
    /// <exception cref="TensorFormatException">There is none, or its shape or the type of its elements is another.</exception>
    /// <exception cref="NotSupportedException">No tensor has such elements.</exception>
    public ReadOnlyMemory<T> Get<T>(string name, params ReadOnlySpan<int> shape) where T : unmanaged
    {
        ReadOnlyMemory<T> values = Get<T>(name);
        ReadOnlySpan<int> actual = this[name].Shape.AsSpan();
        bool fits = actual.Length == shape.Length;
        for (int axis = 0; fits && axis < shape.Length; axis++)
            fits = shape[axis] == AnyLength || shape[axis] == actual[axis];
        return fits
            ? values
            : throw TensorFormatException.AtTensor(
                _file, name, $"its shape is {Wording.Shape(actual)}; it should be {Wording.Shape(shape)}.");
    }

    /// <summary>The value of a tensor without axes.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="name">Its name.</param>
    /// <exception cref="TensorFormatException">There is none, or it has axes, or its value is of another type.</exception>
    /// <exception cref="NotSupportedException">No tensor has such elements.</exception>
    public T GetScalar<T>(string name) where T : unmanaged => Get<T>(name, []).Span[0];

    /// <summary>The metadata of that key.</summary>
    /// <param name="key">Its key.</param>
    /// <exception cref="TensorFormatException">There is none.</exception>
    public string GetMetadata(string key) => Metadata.TryGetValue(key, out string? text)
        ? text
        : throw TensorFormatException.AtByte(
            _file, TensorHeader.PrefixLength, $"the header has no metadata {Wording.Quote(key)}; it should have some.");

    private static byte[] Compose(IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.Contains(null!))
            throw new ArgumentException("One of the tensors is null; all should be there.", nameof(tensors));
        return TensorHeaderWriter.Compose(tensors, metadata);
    }

    private static void Write(Stream stream, byte[] header, IReadOnlyList<Tensor> tensors)
    {
        stream.Write(header);
        foreach (Tensor tensor in TensorHeaderWriter.DataOrder(tensors))
            tensor.WriteTo(stream);
    }

    private static byte[] ReadJson(Stream stream, string file, long length, out long dataStart)
    {
        if (length < TensorHeader.PrefixLength)
        {
            throw TensorFormatException.AtByte(
                file, 0, $"the file has {length} bytes; it should have {TensorHeader.PrefixLength} at least, the length of the header.");
        }
        Span<byte> prefix = stackalloc byte[TensorHeader.PrefixLength];
        stream.ReadExactly(prefix);
        ulong jsonLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (jsonLength > TensorHeader.LongestJson)
        {
            throw TensorFormatException.AtByte(
                file, 0, $"the header is said to have {jsonLength} bytes; it should have {TensorHeader.LongestJson} at most. Is this a "
                    + "safetensors file?");
        }
        dataStart = TensorHeader.PrefixLength + (long)jsonLength;
        if (dataStart > length)
        {
            throw TensorFormatException.AtByte(
                file, 0, $"the header is said to have {jsonLength} bytes, but {length - TensorHeader.PrefixLength} follow; is the file "
                    + "cut short?");
        }
        byte[] json = new byte[jsonLength];
        stream.ReadExactly(json);
        return json;
    }

    private static Tensor ReadTensor(Stream stream, TensorHeader.Entry entry) => entry.Type switch
    {
        ElementType.F32 => Tensor<float>.ReadFrom(stream, entry),
        ElementType.F64 => Tensor<double>.ReadFrom(stream, entry),
        ElementType.I32 => Tensor<int>.ReadFrom(stream, entry),
        ElementType.I64 => Tensor<long>.ReadFrom(stream, entry),
        ElementType.U32 => Tensor<uint>.ReadFrom(stream, entry),
        ElementType.U8 or ElementType.Bool => Tensor<byte>.ReadFrom(stream, entry),
        _ => throw new UnreachableException(),
    };
}
