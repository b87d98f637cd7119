using System.Collections.Concurrent;
using System.Text;

namespace LinearTransformers.Storage;

/// <summary>
/// Writes a file whole or not at all: whoever opens it, at any moment and after any interruption, finds
/// either what stood there before or everything that was meant to.
/// </summary>
/// <remarks>
/// The content goes to <c>name.tmp-…</c> in the same folder, of a long name its first 64 bytes, is flushed to the disk and renamed over the
/// file, and the folder is flushed where the system can: what was written before is never lost to a loss of
/// power while what was written after it stays. When anything fails on the way the temporary file is removed and the exception goes on;
/// only a process killed in between leaves one behind, and nothing ever reads it. The folder must exist. A file that is replaced takes the
/// permissions of a new one, and a symbolic link is replaced, not followed. On Windows a file that someone has open cannot be replaced;
/// that is an error and the file stays.
/// </remarks>
public static class AtomicFile
{
    private const string TemporaryMark = ".tmp-";

    /// <summary>
    /// Bytes of the file's name that go into the temporary's: with what follows them it stays far below what file systems take,
    /// however long the name is.
    /// </summary>
    private const int MostOfName = 64;

    private static readonly ConcurrentDictionary<string, bool> InWork = new();

    // A program that ends while a thread of its own is still writing leaves nothing behind either.
    static AtomicFile() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (string temporary in InWork.Keys)
            DeleteQuietly(temporary);
    };

    /// <summary>Writes a file with whatever <paramref name="write"/> puts into the stream.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="write">Writes the content; the stream is closed for it. If it throws, the file stays as it was.</param>
    /// <exception cref="IOException">The folder is missing, or the disk is full, or the file cannot be replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not ours to write to.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, isFlushed: true);

    private static void Write(string path, Action<Stream> write, bool isFlushed)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        string random = Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal);
        string temporary = Path.Combine(folder, TemporaryPrefix(path) + random);
        try
        {
            // Opened outside the try that deletes it: a file we failed to create is not ours to delete.
            FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            InWork[temporary] = true;
            try
            {
                using (stream)
                {
                    write(stream);
                    stream.Flush(flushToDisk: isFlushed);
                }
                File.Move(temporary, path, overwrite: true);
                if (isFlushed)
                    DiskFolder.Flush(folder);
            }
            catch
            {
                DeleteQuietly(temporary);
                throw;
            }
        }
        catch (Exception e) when (
            e.Message.Contains(temporary, StringComparison.Ordinal)
                && Named(e, e.Message.Replace(temporary, path, StringComparison.Ordinal)) is { } named)
        {
            throw named;
        }
        finally
        {
            InWork.TryRemove(temporary, out _);
        }
    }

    /// <summary>Writes a text file: UTF-8 without a byte order mark, line ends as they are.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="IOException">The folder is missing, or the disk is full, or the file cannot be replaced.</exception>
    public static void WriteAllText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        WriteAllBytes(path, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Writes a file of bytes.</summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="bytes">Its content.</param>
    /// <exception cref="IOException">The folder is missing, or the disk is full, or the file cannot be replaced.</exception>
    public static void WriteAllBytes(string path, ReadOnlyMemory<byte> bytes) =>
        Write(path, stream => stream.Write(bytes.Span));

    /// <summary>
    /// Writes a text file that is soon written again: whoever opens it finds it whole, but nothing is flushed, so that a loss of power may
    /// leave it empty. Others who write to the disk do not wait for it.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="text">Its content.</param>
    /// <exception cref="IOException">The folder is missing, or the disk is full, or the file cannot be replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder is not ours to write to.</exception>
    public static void WriteFleeting(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)), isFlushed: false);
    }

    /// <summary>Whether a file is one that an interrupted writer left behind, by its name.</summary>
    internal static bool IsTemporary(string path) => Path.GetFileName(path).Contains(TemporaryMark, StringComparison.Ordinal);

    /// <summary>
    /// How the names of a file's temporaries begin: of a name of more than 64 bytes of UTF-8, those of its characters that fit into them.
    /// </summary>
    private static string TemporaryPrefix(string path)
    {
        string name = Path.GetFileName(path);
        (int kept, int bytes) = (0, 0);
        foreach (Rune rune in name.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MostOfName)
                break;
            kept += rune.Utf16SequenceLength;
        }

        return name[..kept] + TemporaryMark;
    }

    /// <summary>The same exception about the file that was asked for: nobody knows the temporary. Null for one of another type.</summary>
    private static Exception? Named(Exception exception, string message) => exception switch
    {
        UnauthorizedAccessException => new UnauthorizedAccessException(message, exception),
        DirectoryNotFoundException => new DirectoryNotFoundException(message, exception),
        PathTooLongException => new PathTooLongException(message, exception),
        FileNotFoundException => new FileNotFoundException(message, exception),
        IOException io when io.GetType() == typeof(IOException) => new IOException(message, io) { HResult = io.HResult },
        _ => null,
    };

    /// <summary>Deletes what interrupted writers of a file left behind, as far as possible. No writer of it may be at work.</summary>
    internal static void DeleteTemporaries(string path)
    {
        foreach (string temporary in Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, TemporaryPrefix(path) + "*"))
            DeleteQuietly(temporary);
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong first is what the caller must hear of.
        }
    }
}
