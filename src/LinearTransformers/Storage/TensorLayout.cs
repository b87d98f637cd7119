namespace LinearTransformers.Storage;

/// <summary>
/// Checks that tensors fill the data of their file exactly: each as long as its shape says, one after the
/// other, without gaps, nothing left.
/// </summary>
internal static class TensorLayout
{
    /// <summary>The entries in the order in which their data stands.</summary>
    /// <exception cref="TensorFormatException">They do not fill the data.</exception>
    public static TensorHeader.Entry[] Check(string file, TensorHeader header, long dataStart, long dataLength)
    {
        foreach (TensorHeader.Entry entry in header.Entries)
            CheckSize(file, entry, dataLength);

        TensorHeader.Entry[] entries = [.. header.Entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
        long end = 0L;
        foreach (TensorHeader.Entry entry in entries)
        {
            if (entry.Begin < end)
                throw Wrong(file, entry, $"it overlaps the tensor before it; it should begin at {end}.");
            if (entry.Begin > end)
                throw Wrong(file, entry, $"there is a gap of {entry.Begin - end} bytes before it; it should begin at {end}.");
            end = entry.End;
        }
        return end == dataLength
            ? entries
            : throw TensorFormatException.AtByte(
                file, dataStart + end, $"{dataLength - end} bytes follow the last tensor; the file should end here.");
    }

    private static void CheckSize(string file, TensorHeader.Entry entry, long dataLength)
    {
        if (entry.End < entry.Begin)
            throw Wrong(file, entry, "the end should not be before the beginning.");
        int size = entry.Type.Size();
        if (TensorShape.Count(entry.Shape.AsSpan()) is not { } count || count > long.MaxValue / size)
        {
            throw TensorFormatException.AtTensor(
                file, entry.Name, $"shape {Wording.Shape(entry.Shape.AsSpan())} overflows; its size in bytes should fit 63 bits.");
        }
        if (count * size != entry.ByteLength)
        {
            throw Wrong(
                file, entry,
                $"they span {entry.ByteLength} bytes; {entry.Type.Code()} {Wording.Shape(entry.Shape.AsSpan())} should take "
                    + $"{count * size}.");
        }
        if (entry.End > dataLength)
            throw Wrong(file, entry, $"they should end within the file's {dataLength} bytes of data; is the file cut short?");
        if (count > Array.MaxLength)
            throw TensorFormatException.AtTensor(file, entry.Name, $"it has {count} elements; we read at most {Array.MaxLength}.");
    }

    private static TensorFormatException Wrong(string file, TensorHeader.Entry entry, string reason) =>
        TensorFormatException.AtTensor(file, entry.Name, $"{TensorHeader.OffsetsKey} [{entry.Begin}, {entry.End}]: {reason}");
}
