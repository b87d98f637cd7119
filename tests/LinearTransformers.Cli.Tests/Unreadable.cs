using System.Diagnostics;

namespace LinearTransformers.Cli.Tests;

/// <summary>
/// A file or folder that its owner may not read, readable again with the test's end. Root reads it all the same, and so is the program run
/// without that right.
/// </summary>
internal sealed class Unreadable : IDisposable
{
    private readonly string _path;
    private readonly UnixFileMode _mode;

    public Unreadable(string path)
    {
        _path = path;
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has other permissions");
            return;
        }

        _mode = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, UnixFileMode.None);
        if (Start(Environment.IsPrivilegedProcess ? "setpriv" : "true", Environment.IsPrivilegedProcess ? [.. WithoutRights, "true"]
            : []).ExitCode != 0)
        {
            Dispose();
            Assert.Skip("root can do without its rights only where setpriv is");
        }
    }

    private static string[] WithoutRights => ["--bounding-set=-dac_override,-dac_read_search"];

    /// <summary>Runs the program as one who may not read everything.</summary>
    public static (int ExitCode, string Out, string Error) Run(params string[] arguments)
    {
        string[] program = ["dotnet", Path.Combine(AppContext.BaseDirectory, "lintf.dll"), .. arguments];
        return Environment.IsPrivilegedProcess ? Start("setpriv", [.. WithoutRights, .. program]) : Start(program[0], program[1..]);
    }

    public void Dispose()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_path, _mode);
        }
    }

    private static (int ExitCode, string Out, string Error) Start(string program, string[] arguments)
    {
        try
        {
            using Process process =
                Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "", "");
        }
    }
}
