using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LinearTransformers.Storage;

/// <summary>
/// A matrix in NumPy's format .npy, as <c>numpy.save</c> writes it: <see cref="NumpyArchive"/> says what that is. Read are arrays of two
/// axes of little-endian floats of 32 or 64 bits, in either order.
/// </summary>
internal static partial class NumpyFile
{
    private const int Prefix = 8;

    /// <summary>A matrix, row by row.</summary>
    /// <param name="bytes">The file.</param>
    /// <returns>Its entries, how many rows it has and how many columns.</returns>
    /// <exception cref="FormatException">It is none.</exception>
    public static (double[] Entries, int Rows, int Columns) ReadMatrix(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Prefix + 4 || bytes[0] != 0x93 || !bytes[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new FormatException("a .npy file should begin with the bytes \\x93NUMPY");
        }

        bool isFirstVersion = bytes[6] == 1;
        long length = isFirstVersion
            ? BinaryPrimitives.ReadUInt16LittleEndian(bytes[Prefix..])
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes[Prefix..]);
        int begin = Prefix + (isFirstVersion ? 2 : 4);
        if (length > bytes.Length - begin)
        {
            throw new FormatException("the header of a .npy file should end before the file does; is it cut short?");
        }

        string header = Encoding.Latin1.GetString(bytes.Slice(begin, (int)length));
        Match shape = Shape().Match(header);
        Match type = Type().Match(header);
        if (!shape.Success || !type.Success
            || !int.TryParse(shape.Groups["rows"].Value, CultureInfo.InvariantCulture, out int rows)
            || !int.TryParse(shape.Groups["columns"].Value, CultureInfo.InvariantCulture, out int columns))
        {
            throw new FormatException("a .npy file should hold a matrix of little-endian floats, <f4 or <f8");
        }

        int size = type.Groups["size"].Value == "8" ? 8 : 4;
        ReadOnlySpan<byte> data = bytes[(begin + (int)length)..];
        if (data.Length != (long)rows * columns * size)
        {
            throw new FormatException($"a .npy file of {rows} × {columns} floats should have {(long)rows * columns * size} bytes of data");
        }

        bool isByColumn = ByColumn().IsMatch(header);
        double[] entries = new double[rows * columns];
        for (int i = 0; i < entries.Length; i++)
        {
            int place = isByColumn ? (i % rows * columns) + (i / rows) : i;
            entries[place] = size == 8
                ? BinaryPrimitives.ReadDoubleLittleEndian(data[(8 * i)..])
                : BinaryPrimitives.ReadSingleLittleEndian(data[(4 * i)..]);
        }

        return (entries, rows, columns);
    }

    [GeneratedRegex(@"'shape':\s*\((?<rows>\d+),\s*(?<columns>\d+),?\s*\)")]
    private static partial Regex Shape();

    [GeneratedRegex(@"'descr':\s*'<f(?<size>4|8)'")]
    private static partial Regex Type();

    [GeneratedRegex(@"'fortran_order':\s*True")]
    private static partial Regex ByColumn();
}
