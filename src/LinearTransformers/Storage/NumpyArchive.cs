using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace LinearTransformers.Storage;

/// <summary>
/// Tensors in NumPy's format .npz, a ZIP file with a .npy file for each, uncompressed: <c>numpy.load</c> reads what we write.
/// </summary>
/// <remarks>
/// The format of .npy (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), version 1.0: a magic string, two
/// bytes of version, the length of the header, the header (a Python dict of descr, fortran_order and shape, padded with spaces so
/// that the data begins at a multiple of 64), and the data. The same tensors give the same bytes.
/// </remarks>
public static class NumpyArchive
{
    /// <summary>The most axes that every NumPy has.</summary>
    public const int MostAxes = 32;

    private const int Alignment = 64;

    /// <summary>What file systems take, less the ending.</summary>
    private const int LongestName = 251;

    // The first that ZIP can tell.
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="tensors">
    /// The tensors, each with <see cref="MostAxes"/> axes at most and a name of its own that is a file's: whoever unpacks the archive gets
    /// a file of it, in the folder that he chose and nowhere else.
    /// </param>
    /// <exception cref="ArgumentException">A tensor has more axes, or two have one name, or a name leads to another folder.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Check(tensors);
        AtomicFile.Write(path, stream =>
        {
            using ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (Tensor tensor in tensors)
            {
                ZipArchiveEntry entry = archive.CreateEntry(tensor.Name + ".npy", CompressionLevel.NoCompression);
                entry.LastWriteTime = Time;
                using Stream content = entry.Open();
                content.Write(Header(tensor));
                tensor.WriteTo(content);
            }
        });
    }

    private static void Check(IReadOnlyList<Tensor> tensors)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (Tensor tensor in tensors)
        {
            if (!IsFileName(tensor.Name))
            {
                throw new ArgumentException(
                    $"Tensor {Wording.Quote(tensor.Name)} cannot be a file of the archive; a name should have 1 to {LongestName} "
                        + "bytes, and no slash, backslash, colon or control character.",
                    nameof(tensors));
            }
            if (!names.Add(tensor.Name))
                throw new ArgumentException(
                    $"There are two tensors {Wording.Quote(tensor.Name)}; names should be unique.", nameof(tensors));
            if (tensor.Shape.Length > MostAxes)
                throw new ArgumentException(
                    $"Tensor {Wording.Quote(tensor.Name)} has {tensor.Shape.Length} axes; NumPy has {MostAxes} at most.", nameof(tensors));
        }
    }

    private static bool IsFileName(string name)
        => name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= LongestName
            && !name.Any(c => c is '/' or '\\' or ':' || char.IsControl(c));

    private static byte[] Header(Tensor tensor)
    {
        string lengths = string.Concat(tensor.Shape.Select(length => string.Create(CultureInfo.InvariantCulture, $"{length}, ")));
        string shape = tensor.Shape.Length == 1 ? lengths.TrimEnd() : lengths.TrimEnd(' ', ',');
        string text = $"{{'descr': '{Description(tensor.Type)}', 'fortran_order': False, 'shape': ({shape}), }}";
        int prefix = 10;
        int length = (prefix + text.Length + 1 + Alignment - 1) / Alignment * Alignment;
        byte[] bytes = new byte[length];
        bytes[0] = 0x93;
        "NUMPY"u8.CopyTo(bytes.AsSpan(1));
        bytes[6] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(8), (ushort)(length - prefix));
        bytes.AsSpan(prefix).Fill((byte)' ');
        Encoding.ASCII.GetBytes(text, bytes.AsSpan(prefix));
        bytes[^1] = (byte)'\n';
        return bytes;
    }

    private static string Description(ElementType type) => type switch
    {
        ElementType.F32 => "<f4",
        ElementType.F64 => "<f8",
        ElementType.I32 => "<i4",
        ElementType.I64 => "<i8",
        ElementType.U32 => "<u4",
        ElementType.Bool => "|b1",
        _ => "|u1",
    };
}
