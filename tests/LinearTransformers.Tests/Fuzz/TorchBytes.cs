using System.Buffers.Binary;
using System.Text;
using LinearTransformers.Storage.Torch;

namespace LinearTransformers.Tests.Fuzz;

/// <summary>Files as torch.save writes them, put together by hand.</summary>
internal static class TorchBytes
{
    /// <summary>A ZIP file of records in a folder, with right checksums.</summary>
    public static byte[] Archive(params IReadOnlyList<(string Name, byte[] Content)> records)
    {
        using MemoryStream file = new();
        using MemoryStream directory = new();
        foreach ((string name, byte[] content) in records)
        {
            byte[] path = Encoding.UTF8.GetBytes("x/" + name);
            byte[] header = new byte[30];
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034B50);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26), (ushort)path.Length);
            byte[] entry = new byte[46];
            BinaryPrimitives.WriteUInt32LittleEndian(entry, 0x02014B50);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(16), Crc32.Of(content));
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(20), (uint)content.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(24), (uint)content.Length);
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(28), (ushort)path.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(entry.AsSpan(42), (uint)file.Length);
            file.Write(header);
            file.Write(path);
            file.Write(content);
            directory.Write(entry);
            directory.Write(path);
        }

        byte[] end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054B50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)records.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)records.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)directory.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)file.Length);
        directory.WriteTo(file);
        file.Write(end);
        return file.ToArray();
    }

    /// <summary>A file with a pickle and the numbers of storages 0, 1, ….</summary>
    public static byte[] Archive(PickleBuilder pickle, params IEnumerable<byte[]> storages)
        => Archive([("data.pkl", pickle.ToArray()), .. storages.Select((bytes, i) => ($"data/{i}", bytes))]);

    /// <summary>The records of a file, to change one and put them together again.</summary>
    public static (string Name, byte[] Content)[] Records(byte[] file)
        => [.. TorchArchive.Read("", file).Records.Select(
            pair => (pair.Key, file[pair.Value.Begin..(pair.Value.Begin + pair.Value.Length)]))];
}
