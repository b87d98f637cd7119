using System.Buffers.Binary;
using System.Text;

namespace LinearTransformers.Storage.Torch;

/// <summary>
/// The ZIP file that torch.save writes: records one after the other, uncompressed, all in one folder. Anything else that
/// ZIP allows is refused.
/// </summary>
/// <remarks>The format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7 to 4.3.16.</remarks>
internal sealed class TorchArchive
{
    public const uint LocalSignature = 0x04034B50;
    private const uint CentralSignature = 0x02014B50;
    private const uint EndSignature = 0x06054B50;
    private const uint WideEndSignature = 0x06064B50;
    private const uint WideLocatorSignature = 0x07064B50;
    private const int LocalLength = 30;
    private const int CentralLength = 46;
    private const int EndLength = 22;
    private const int WideEndLength = 56;
    private const int WideLocatorLength = 20;

    private readonly string _file;
    private readonly byte[] _bytes;
    private readonly Dictionary<string, (int Begin, int Length)> _records = new(StringComparer.Ordinal);

    private TorchArchive(string file, byte[] bytes) => (_file, _bytes) = (file, bytes);

    /// <summary>The records by their names within the folder: where each begins and how long it is.</summary>
    public IReadOnlyDictionary<string, (int Begin, int Length)> Records => _records;

    /// <summary>Finds and checks all records.</summary>
    /// <exception cref="TensorFormatException">The archive is damaged, or none of torch.save's.</exception>
    public static TorchArchive Read(string file, byte[] bytes)
    {
        TorchArchive archive = new(file, bytes);
        archive.ReadDirectory();
        return archive;
    }

    private void ReadDirectory()
    {
        int end = _bytes.Length - EndLength;
        if (end < 0 || UInt32(end) != EndSignature || UInt16(end + 20) != 0)
            throw Wrong(Math.Max(end, 0),
                "the end of a ZIP directory should stand here, 22 bytes before the file's end; is the file cut short?");

        (int at, ulong entries, ulong begin, ulong length)
            = (end, (ulong)UInt16(end + 10), (ulong)UInt32(end + 16), (ulong)UInt32(end + 12));
        int locator = end - WideLocatorLength;
        if (locator >= 0 && UInt32(locator) == WideLocatorSignature)
        {
            at = locator - WideEndLength;
            if (at < 0 || UInt64(locator + 8) != (ulong)at || UInt32(at) != WideEndSignature)
                throw Wrong(locator, "the ZIP directory's 64-bit end should stand right before this; is the file damaged?");
            (entries, begin, length) = (UInt64(at + 32), UInt64(at + 48), UInt64(at + 40));
        }

        if (begin > (ulong)at || length != (ulong)at - begin || entries > length / CentralLength)
            throw Wrong(
                at, $"a ZIP directory of {entries} entries and {length} bytes at byte {begin} should end right here; is the file damaged?");
        int next = (int)begin;
        long total = 0L;
        string? folder = null;
        for (ulong entry = 0UL; entry < entries; entry++)
            ReadEntry(ref next, at, (int)begin, ref folder, ref total);
        if (next != at)
            throw Wrong(next, $"{at - next} bytes follow the last of the ZIP directory's {entries} entries; none should.");
    }

    private void ReadEntry(ref int at, int end, int directory, ref string? folder, ref long total)
    {
        if (end - at < CentralLength || UInt32(at) != CentralSignature)
            throw Wrong(at, "an entry of the ZIP directory should stand here; is the file damaged?");
        ushort nameLength = UInt16(at + 28);
        uint length = UInt32(at + 24);
        long next = at + (long)CentralLength + nameLength + UInt16(at + 30) + UInt16(at + 32);
        if (next > end)
            throw Wrong(at, "this entry of the ZIP directory should end before the directory does; is the file damaged?");
        if ((UInt16(at + 8) & 1) != 0 || UInt16(at + 10) != 0 || UInt32(at + 20) != length)
            throw Wrong(at, "this entry of the ZIP directory is compressed or encrypted; torch.save stores records as they are.");

        Span<byte> nameBytes = _bytes.AsSpan(at + CentralLength, nameLength);
        string name = Encoding.UTF8.GetString(nameBytes);
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        folder ??= slash > 0 ? name[..slash] : null;
        if (slash <= 0 || name[..slash] != folder)
            throw Wrong(
                at, $"the record {Wording.Quote(name)} is in no folder or another than those before it; torch.save writes one folder.");
        long begin = RecordBegin(at, directory, nameBytes);
        total += length;
        if (begin + length > directory || total > directory)
            throw Wrong(
                at, $"the record {Wording.Quote(name)} of {length} bytes should fit before the ZIP directory; is the file damaged?");
        if (Crc32.Of(_bytes.AsSpan((int)begin, (int)length)) != UInt32(at + 16))
            throw Wrong(
                begin, $"the record {Wording.Quote(name)} does not have the checksum that the ZIP directory gives; the file is damaged.");
        if (!_records.TryAdd(name[(slash + 1)..], ((int)begin, (int)length)))
            throw Wrong(at, $"the record {Wording.Quote(name)} is there twice; names should be unique.");
        at = (int)next;
    }

    private long RecordBegin(int entry, int directory, ReadOnlySpan<byte> name)
    {
        uint local = UInt32(entry + 42);
        if (local > directory - LocalLength || UInt32((int)local) != LocalSignature)
            throw Wrong(entry, $"this entry's record should begin at byte {local}, and none does; is the file damaged?");
        int at = (int)local;
        int nameEnd = at + LocalLength + UInt16(at + 26);
        if (nameEnd > directory || !_bytes.AsSpan(at + LocalLength, UInt16(at + 26)).SequenceEqual(name))
            throw Wrong(at, "this record does not have the name that the ZIP directory gives; is the file damaged?");
        return (long)nameEnd + UInt16(at + 28);
    }

    private ushort UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    private uint UInt32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));

    private ulong UInt64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at));

    private TensorFormatException Wrong(long at, string reason) => TensorFormatException.AtByte(_file, at, reason);
}
