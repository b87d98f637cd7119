using System.Diagnostics;

namespace LinearTransformers.Cli.Tests;

/// <summary>
/// A disk of a few hundred kilobytes, in memory, gone with the test. It takes root on Linux to mount one: elsewhere the test is skipped.
/// </summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string _path;

    public SmallDisk(string path, int size)
    {
        _path = Directory.CreateDirectory(path).FullName;
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !Mount("-t", "tmpfs", "-o", $"size={size}", "tmpfs", _path))
        {
            Assert.Skip("a small disk can only be mounted by root on Linux");
        }
    }

    public string this[string name] => Path.Combine(_path, name);

    /// <summary>Takes all the room that is left.</summary>
    public void Fill()
    {
        using FileStream file = File.Create(this["taken"], 1);
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                file.Write(page);
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Nothing can be written any more, by root neither.</summary>
    public void MakeReadOnly() => Assert.True(Mount("-o", "remount,ro", _path));

    public void Dispose() => Assert.True(Succeeds("umount", _path));

    private static bool Mount(params string[] arguments) => Succeeds("mount", arguments);

    private static bool Succeeds(string program, params string[] arguments)
    {
        using Process? process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process?.StandardError.ReadToEnd();
        process?.WaitForExit();
        return process?.ExitCode == 0;
    }
}
