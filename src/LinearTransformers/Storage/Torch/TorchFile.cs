namespace LinearTransformers.Storage.Torch;

/// <summary>
/// A file that torch.save wrote: a ZIP file with a pickle and the numbers of the tensors, or the older format, pickles with the
/// numbers after them.
/// </summary>
/// <remarks>
/// Reading is strict: what torch.save does not write for tensors, dictionaries, lists, tuples, numbers and text is a
/// <see cref="TensorFormatException"/> with file, byte and reason, and memory is proportional to the file's length. Where
/// tensors were, on a processor or a GPU, does not matter.
/// </remarks>
internal sealed class TorchFile
{
    /// <summary>How often on average a number may be looked at by tensors: a small file cannot ask for any memory.</summary>
    private const int MostViews = 4;

    private static readonly byte[] LegacyMagic = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E];

    private TorchFile(string file, long length, object? root) => (File, Length, Root) = (file, length, root);

    /// <summary>What messages call it.</summary>
    public string File { get; }

    /// <summary>Its bytes.</summary>
    public long Length { get; }

    /// <summary>What was saved; see <see cref="PickledList"/> for what it may be.</summary>
    public object? Root { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="TensorFormatException">torch.save did not write it, or it is damaged, or holds what is not read here.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TorchFile Read(string path)
    {
        using FileStream stream = System.IO.File.OpenRead(path);
        if (!stream.CanSeek)
            throw TensorFormatException.AtByte(path, 0, "this is a pipe or a device; it should be an ordinary file.");
        if (stream.Length > Array.MaxLength)
            throw TensorFormatException.AtByte(path, 0, $"the file has {stream.Length} bytes; we read at most {Array.MaxLength}.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes, path);
    }

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="bytes">All of them.</param>
    /// <param name="file">What messages call it.</param>
    /// <exception cref="TensorFormatException">torch.save did not write it, or it is damaged, or holds what is not read here.</exception>
    public static TorchFile Read(byte[] bytes, string file)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Tensor files are little-endian and copied as they are; this machine is big-endian.");
        if (bytes.AsSpan().StartsWith(LegacyMagic))
            return ReadLegacy(bytes, file);
        return bytes.AsSpan().StartsWith("PK\x3\x4"u8)
            ? ReadArchive(bytes, file)
            : throw TensorFormatException.AtByte(
                file, 0, "neither of the formats of torch.save begins like this; is this a file of PyTorch's?");
    }

    private static TorchFile ReadArchive(byte[] bytes, string file)
    {
        TorchArchive archive = TorchArchive.Read(file, bytes);
        if (!archive.Records.TryGetValue("data.pkl", out (int Begin, int Length) pickle))
            throw TensorFormatException.AtByte(file, 0, "the archive has no record data.pkl; torch.save writes one.");
        if (archive.Records.TryGetValue("byteorder", out (int Begin, int Length) order)
            && !bytes.AsSpan(order.Begin, order.Length).SequenceEqual("little"u8))
            throw TensorFormatException.AtByte(file, order.Begin, "the byte order should be \"little\".");
        Unpickler machine = new(file, bytes, pickle.Begin, pickle.Begin + pickle.Length);
        object? root = machine.Run();
        if (machine.Position != pickle.Begin + pickle.Length)
            throw TensorFormatException.AtByte(file, machine.Position, "the record data.pkl should end with its pickle.");
        foreach (TorchStorage storage in machine.Storages.Values)
        {
            if (!archive.Records.TryGetValue("data/" + storage.Key, out (int Begin, int Length) record))
                throw TensorFormatException.AtByte(
                    file, storage.Offset, $"there is no record for the storage {Wording.Quote(storage.Key)}; there should be one.");
            Place(file, storage, record.Begin, record.Length);
        }
        return Gathered(machine, bytes, file, root);
    }

    private static TorchFile ReadLegacy(byte[] bytes, string file)
    {
        Unpickler version = new(file, bytes, LegacyMagic.Length, bytes.Length);
        if (version.Run() is not 1001L)
            throw TensorFormatException.AtByte(file, LegacyMagic.Length, "the protocol version should be 1001.");
        Unpickler system = new(file, bytes, version.Position, bytes.Length);
        if (system.Run() is not PickledDictionary about
            || about.Entries.FirstOrDefault(entry => entry.Key.Text == "little_endian").Value is not true)
            throw TensorFormatException.AtByte(file, version.Position, "the file should say that it is little-endian.");
        Unpickler machine = new(file, bytes, system.Position, bytes.Length);
        object? root = machine.Run();
        Unpickler keys = new(file, bytes, machine.Position, bytes.Length);
        if (keys.Run() is not PickledList order || order.Items.Count != machine.Storages.Count)
            throw TensorFormatException.AtByte(file, machine.Position, $"a list of {machine.Storages.Count} storages should stand here.");

        int at = keys.Position;
        foreach (object? key in order.Items)
        {
            if (key is not string name || !machine.Storages.Remove(name, out TorchStorage? storage))
                throw TensorFormatException.AtByte(
                    file, machine.Position, "the list of storages should name each that tensors look at, once.");
            if (bytes.Length - at < sizeof(long) || BitConverter.ToInt64(bytes, at) != storage.Count)
                throw TensorFormatException.AtByte(
                    file, at, $"the length {storage.Count} of the storage {Wording.Quote(name)} should stand here; is the file cut short?");
            at += sizeof(long);
            Place(file, storage, at, (int)Math.Min(storage.ByteLength, bytes.Length - at));
            at += (int)storage.ByteLength;
        }
        return at == bytes.Length
            ? Gathered(machine, bytes, file, root)
            : throw TensorFormatException.AtByte(file, at, $"{bytes.Length - at} bytes follow the last storage; the file should end here.");
    }

    private static void Place(string file, TorchStorage storage, int begin, int length)
    {
        if (length != storage.ByteLength)
            throw TensorFormatException.AtByte(
                file, begin,
                    $"the storage {Wording.Quote(storage.Key)} has {length} bytes here; it should have {storage.ByteLength}. Is the "
                        + "file cut short?");
        storage.Begin = begin;
    }

    private static TorchFile Gathered(Unpickler machine, byte[] bytes, string file, object? root)
    {
        long total = 0L;
        foreach (TorchTensor tensor in machine.Tensors)
        {
            total += tensor.ByteLength;
            if (total > MostViews * (long)bytes.Length)
                throw TensorFormatException.AtByte(
                    file, tensor.Storage.Offset,
                        "tensors look at the same numbers again and again; save a copy of each (clone) rather than views.");
            tensor.Gather(bytes);
        }
        return new TorchFile(file, bytes.Length, root);
    }
}
