using System.Collections.Immutable;

namespace LinearTransformers.Storage;

/// <summary>What stands before the data of a tensor file: an eight-byte length, then that many bytes of JSON.</summary>
/// <param name="Entries">The tensors, in the order in which the header names them.</param>
/// <param name="Metadata">Free text by key.</param>
internal sealed record TensorHeader(IReadOnlyList<TensorHeader.Entry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The length that comes first: an unsigned 64-bit integer, little-endian.</summary>
    public const int PrefixLength = sizeof(ulong);

    /// <summary>The longest JSON allowed, as in the format's own library.</summary>
    public const int LongestJson = 100_000_000;

    /// <summary>Where our data begins is a multiple of this: a cache line, so that every element is aligned when mapped.</summary>
    public const int DataAlignment = 64;

    public const string MetadataKey = "__metadata__";
    public const string TypeKey = "dtype";
    public const string ShapeKey = "shape";
    public const string OffsetsKey = "data_offsets";

    /// <summary>One tensor, with its place [Begin, End) counted from the start of the data.</summary>
    public sealed record Entry(string Name, ElementType Type, ImmutableArray<int> Shape, long Begin, long End)
    {
        public long ByteLength => End - Begin;
    }
}
