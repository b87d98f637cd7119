using System.Text;

namespace LinearTransformers.Experiments.Watching;

/// <summary>
/// The lines of a file that another process adds to, or replaces by one that begins alike: each line is given once. The file is opened for
/// an instant and only to be read. A last line that has no end yet is left for the next time.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class GrowingFile(string path)
{
    private const int BlockSize = 1 << 14;

    private long _end;
    private byte[] _lastLine = [];

    /// <summary>Reads the lines that were added.</summary>
    /// <param name="isAnother">Whether the file is not the one that was read before: its lines are given from the first on.</param>
    /// <returns>The lines; null where there is no file that can be read.</returns>
    public IReadOnlyList<string>? Read(out bool isAnother)
    {
        isAnother = false;
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            if (!IsWhereItWas(file))
            {
                isAnother = true;
                (_end, _lastLine) = (0, []);
                file.Position = 0;
            }

            return ReadOn(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the last line that was read stands where it stood; the file is then read up to its end.</summary>
    private bool IsWhereItWas(FileStream file)
    {
        if (file.Length < _end)
        {
            return false;
        }

        byte[] there = new byte[_lastLine.Length];
        file.Position = _end - there.Length;
        return file.ReadAtLeast(there, there.Length, throwOnEndOfStream: false) == there.Length && there.AsSpan().SequenceEqual(_lastLine);
    }

    private List<string> ReadOn(FileStream file)
    {
        List<string> lines = [];
        MemoryStream begun = new();
        byte[] block = new byte[BlockSize];
        for (int count = file.Read(block); count > 0; count = file.Read(block))
        {
            ReadOnlySpan<byte> rest = block.AsSpan(0, count);
            for (int at = rest.IndexOf((byte)'\n'); at >= 0; at = rest.IndexOf((byte)'\n'))
            {
                begun.Write(rest[..(at + 1)]);
                rest = rest[(at + 1)..];
                _lastLine = begun.ToArray();
                _end += _lastLine.Length;
                lines.Add(Encoding.UTF8.GetString(_lastLine.AsSpan(0, _lastLine.Length - 1)));
                begun.SetLength(0);
            }

            begun.Write(rest);
        }

        return lines;
    }
}
