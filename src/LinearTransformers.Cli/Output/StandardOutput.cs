using System.Runtime.InteropServices;
using System.Text;

namespace LinearTransformers.Cli.Output;

/// <summary>
/// Standard output that notices when it can no longer be written: the program is then asked to stop, what else would be
/// written is dropped, and <see cref="Problem"/> says why. Each text is written at once.
/// </summary>
/// <param name="stream">What is written to.</param>
/// <param name="encoding">Without a byte-order mark.</param>
/// <param name="onProblem">Called once.</param>
internal sealed class StandardOutput(Stream stream, Encoding encoding, Action onProblem) : TextWriter
{
    private readonly Lock _lock = new();

    public override Encoding Encoding => encoding;

    /// <summary>
    /// Why nothing more is written; null while all is well. A <see cref="BrokenPipeException"/> where the reader has gone.
    /// </summary>
    public IOException? Problem { get; private set; }

    /// <summary>
    /// The process's own. .NET's stream takes a reader that has gone for one that reads on; on Linux and macOS the system is
    /// asked itself.
    /// </summary>
    public static Stream Open() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new DescriptorStream(1);

    public override void Write(char value) => Write([value]);

    public override void Write(string? value) => Write(value.AsSpan());

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void WriteLine(string? value) => Write(string.Concat(value, CoreNewLine));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        byte[] bytes = new byte[encoding.GetByteCount(buffer)];
        encoding.GetBytes(buffer, bytes);
        bool isFirstProblem = false;
        lock (_lock)
        {
            try
            {
                if (Problem is null)
                {
                    stream.Write(bytes);
                }
            }
            catch (IOException exception)
            {
                Problem = exception;
                isFirstProblem = true;
            }
        }

        if (isFirstProblem)
        {
            onProblem();
        }
    }
}

/// <summary>Nobody reads what is written any more.</summary>
internal sealed class BrokenPipeException() : IOException("the reader has gone");

/// <summary>Writes to an open file of the process by its number.</summary>
internal sealed partial class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4;
    private const int BrokenPipe = 32;
    private const int TryAgainLinux = 11;
    private const int TryAgainMacOS = 35;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint written = WriteOnce(descriptor, in MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error == (OperatingSystem.IsMacOS() ? TryAgainMacOS : TryAgainLinux))
            {
                // A pipe that is full, and that someone has told not to let its writers wait.
                Thread.Sleep(1);
            }
            else if (error != Interrupted)
            {
                throw error == BrokenPipe ? new BrokenPipeException() : new IOException(Marshal.GetPInvokeErrorMessage(error), error);
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteOnce(int descriptor, in byte buffer, nint count);
}
