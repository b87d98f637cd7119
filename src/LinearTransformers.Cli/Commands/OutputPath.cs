using LinearTransformers.Cli.Hosting;
using LinearTransformers.Cli.Output;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Commands;

/// <summary>
/// Where a command is told to write: what can be seen to be wrong at once is refused, all else is for the system to say
/// (<see cref="ExitCode"/>).
/// </summary>
internal static class OutputPath
{
    /// <summary>Where Unix has its devices, which only look like files: a file that is written whole would take the place of one.</summary>
    private const string Devices = "/dev/";

    /// <summary>The folder among the devices that has files.</summary>
    private const string SharedMemory = "/dev/shm/";

    /// <summary>A file, new or to be replaced.</summary>
    /// <exception cref="UsageException">It is empty, a folder, or a device.</exception>
    public static string File(string option, string path)
    {
        string? wrong = path.Length == 0 ? "empty"
            : Directory.Exists(path) || Path.EndsInDirectorySeparator(path) ? path + ", a folder"
            : IsDevice(path) ? path + ", a device"
            : null;
        return wrong is null ? path : throw new UsageException($"--{option} is {wrong}: it must be a file");
    }

    /// <summary>A figure's file, or what the names of its files have in common: a folder may be called that too.</summary>
    /// <exception cref="UsageException">It is empty, or a folder with the ending of a figure.</exception>
    public static string Figure(string path)
        => path.Length > 0 && !FigureFiles.HasFormat(path) && !Path.EndsInDirectorySeparator(path) ? path : File("out", path);

    /// <summary>A folder, new or there.</summary>
    /// <exception cref="UsageException">It is empty, or a file.</exception>
    public static string Folder(string path)
        => path.Length == 0 || System.IO.File.Exists(path)
            ? throw new UsageException($"--out is {(path.Length == 0 ? "empty" : path + ", a file")}: it must be a folder")
            : path;

    private static bool IsDevice(string path)
        => !OperatingSystem.IsWindows() && Path.GetFullPath(path) is { } full && full.StartsWith(Devices, StringComparison.Ordinal)
            && !full.StartsWith(SharedMemory, StringComparison.Ordinal);

    /// <summary>Does something in run folders that --out chose, and names the option where one of them is wrong.</summary>
    /// <exception cref="UsageException">One of them is wrong.</exception>
    public static T Naming<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (RunDirectoryException exception)
        {
            throw new UsageException("--out: " + exception.Message);
        }
    }
}
