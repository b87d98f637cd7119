using System.Runtime.InteropServices;

namespace LinearTransformers.Storage;

/// <summary>
/// A folder's own entries: a name that was given to a file outlasts a loss of power only once the folder is flushed, however well the file
/// itself was.
/// .NET opens no folders, so that it is the system's open, fsync and close on Linux and macOS. Elsewhere nothing is done: Windows has no
/// such call.
/// </summary>
internal static partial class DiskFolder
{
    // O_RDONLY | O_CLOEXEC, which the systems number differently.
    private const int CloseOnExecuteLinux = 0x80000;
    private const int CloseOnExecuteMacOS = 0x1000000;

    /// <summary>
    /// Flushes a folder to the disk. Where a file system cannot, or the folder may not be read, it is left: the file is whole either way.
    /// </summary>
    public static void Flush(string folder)
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
            return;
        try
        {
            int descriptor = Open(folder, OperatingSystem.IsLinux() ? CloseOnExecuteLinux : CloseOnExecuteMacOS);
            if (descriptor < 0)
                return;
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system whose C library is called otherwise: as on Windows.
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
