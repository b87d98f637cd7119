using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace LinearTransformers.Storage;

/// <summary>A number of a quantity at a step, with the time in seconds since 1970.</summary>
internal readonly record struct ScalarEvent(double WallTime, long Step, string Tag, float Value);

/// <summary>
/// Event files, which TensorBoard reads: records of a length and a message, each followed by its masked CRC-32C. The messages are Event of
/// tensorflow/core/util/event.proto with a Summary of one simple_value, in the wire format of protocol buffers.
/// </summary>
internal static class EventFile
{
    /// <summary>TensorBoard finds its files by "tfevents" in their names.</summary>
    public const string Name = "events.out.tfevents.lintf";

    private const string Version = "brain.Event:2";

    // Number of a field, times 8, and how its value is written: 1 is eight bytes, 0 a varint, 2 a length and bytes, 5 four bytes.
    private const byte WallTimeField = (1 << 3) | 1;
    private const byte StepField = 2 << 3;
    private const byte FileVersionField = (3 << 3) | 2;
    private const byte SummaryField = (5 << 3) | 2;
    private const byte ValueField = (1 << 3) | 2;
    private const byte TagField = (1 << 3) | 2;
    private const byte SimpleValueField = (2 << 3) | 5;

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="begun">When what it tells of began, in seconds since 1970.</param>
    /// <param name="events">The numbers.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string path, double begun, IEnumerable<ScalarEvent> events)
        => AtomicFile.Write(path, stream =>
        {
            Record(stream, Event(begun, 0, FileVersionField, Encoding.UTF8.GetBytes(Version)));
            foreach (ScalarEvent one in events)
            {
                byte[] tag = Encoding.UTF8.GetBytes(one.Tag);
                byte[] value = [TagField, .. Varint((ulong)tag.Length), .. tag, SimpleValueField, 0, 0, 0, 0];
                BinaryPrimitives.WriteSingleLittleEndian(value.AsSpan(value.Length - sizeof(float)), one.Value);
                Record(stream, Event(one.WallTime, one.Step, SummaryField, [ValueField, .. Varint((ulong)value.Length), .. value]));
            }
        });

    /// <summary>CRC-32C, turned and moved so that it can stand in data that has a checksum itself.</summary>
    public static uint MaskedChecksum(ReadOnlySpan<byte> data)
    {
        const uint Mask = 0xa282ead8;
        uint crc = ~0u;
        foreach (byte one in data)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return BitOperations.RotateRight(~crc, 15) + Mask;
    }

    private static byte[] Event(double wallTime, long step, byte field, byte[] content)
    {
        byte[] message =
        [
            WallTimeField, 0, 0, 0, 0, 0, 0, 0, 0, StepField, .. Varint((ulong)step), field, .. Varint((ulong)content.Length), .. content,
        ];
        BinaryPrimitives.WriteDoubleLittleEndian(message.AsSpan(1), wallTime);
        return message;
    }

    private static void Record(Stream stream, byte[] message)
    {
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        Span<byte> checksum = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)message.Length);
        stream.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, MaskedChecksum(length));
        stream.Write(checksum);
        stream.Write(message);
        BinaryPrimitives.WriteUInt32LittleEndian(checksum, MaskedChecksum(message));
        stream.Write(checksum);
    }

    /// <summary>Seven bits a byte, the lowest first; all bytes but the last have their highest bit set.</summary>
    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }
}
