using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace LinearTransformers.Storage;

/// <summary>Lays out a tensor file and writes its header: the same tensors and metadata always give the same bytes.</summary>
/// <remarks>
/// The header names the tensors in the order given and the metadata sorted by ordinal. The data stands wide
/// elements first, in the order given among equals: the format allows no gaps, and this way every element is
/// aligned to its size, which PyTorch insists on.
/// </remarks>
internal static class TensorHeaderWriter
{
    /// <summary>The tensors in the order in which their data stands.</summary>
    public static Tensor[] DataOrder(IReadOnlyList<Tensor> tensors) => [.. tensors.OrderByDescending(tensor => tensor.Type.Size())];

    /// <summary>The bytes before the data: length, JSON, and spaces up to the next multiple of 64.</summary>
    public static byte[] Compose(IReadOnlyList<Tensor> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        Dictionary<string, long> begins = Place(tensors);
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            WriteMetadata(writer, metadata);
            foreach (Tensor tensor in tensors)
                WriteEntry(writer, tensor, begins[tensor.Name]);
            writer.WriteEndObject();
        }

        int dataStart = (TensorHeader.PrefixLength + json.WrittenCount + TensorHeader.DataAlignment - 1)
            / TensorHeader.DataAlignment * TensorHeader.DataAlignment;
        int jsonLength = dataStart - TensorHeader.PrefixLength;
        if (jsonLength > TensorHeader.LongestJson)
        {
            throw new ArgumentException(
                $"Names and metadata make a header of {jsonLength} bytes; the format allows {TensorHeader.LongestJson}.", nameof(tensors));
        }
        byte[] bytes = new byte[dataStart];
        bytes.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)jsonLength);
        json.WrittenSpan.CopyTo(bytes.AsSpan(TensorHeader.PrefixLength));
        return bytes;
    }

    private static Dictionary<string, long> Place(IReadOnlyList<Tensor> tensors)
    {
        Dictionary<string, long> begins = new(StringComparer.Ordinal);
        long end = 0L;
        foreach (Tensor tensor in DataOrder(tensors))
        {
            if (!begins.TryAdd(tensor.Name, end))
                throw new ArgumentException(
                    $"There are two tensors {Wording.Quote(tensor.Name)}; names should be unique.", nameof(tensors));
            end = checked(end + tensor.ByteLength);
        }
        return begins;
    }

    private static void WriteMetadata(Utf8JsonWriter writer, IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is null or { Count: 0 })
            return;
        writer.WriteStartObject(TensorHeader.MetadataKey);
        foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (value is null)
                throw new ArgumentException($"Metadata {Wording.Quote(key)} is null; it should be text.", nameof(metadata));
            if (!UnicodeText.IsWellFormed(key) || !UnicodeText.IsWellFormed(value))
                throw new ArgumentException($"Metadata {Wording.Quote(key)} is not well-formed Unicode.", nameof(metadata));
            writer.WriteString(key, value);
        }
        writer.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter writer, Tensor tensor, long begin)
    {
        writer.WriteStartObject(tensor.Name);
        writer.WriteString(TensorHeader.TypeKey, tensor.Type.Code());
        writer.WriteStartArray(TensorHeader.ShapeKey);
        foreach (int length in tensor.Shape)
            writer.WriteNumberValue(length);
        writer.WriteEndArray();
        writer.WriteStartArray(TensorHeader.OffsetsKey);
        writer.WriteNumberValue(begin);
        writer.WriteNumberValue(begin + tensor.ByteLength);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
