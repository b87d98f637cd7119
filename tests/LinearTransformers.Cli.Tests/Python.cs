using System.Diagnostics;

namespace LinearTransformers.Cli.Tests;

/// <summary>Python with NumPy, where there is one.</summary>
internal static class Python
{
    private static readonly string[] Candidates = ["/usr/bin/python3", "python3"];

    private static readonly Lazy<string?> Found = new(() => Array.Find(Candidates, candidate => Try(candidate, "import numpy", []) is not null));

    /// <summary>Runs a script and gives what it printed; the test is skipped where there is no NumPy.</summary>
    public static string Run(string script, params string[] arguments)
    {
        Assert.SkipUnless(Found.Value is not null, "there is no python3 with numpy");
        return Try(Found.Value!, script, arguments) ?? throw new InvalidOperationException("the script failed");
    }

    private static string? Try(string program, string script, string[] arguments)
    {
        ProcessStartInfo start = new(program, ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : script == "import numpy" ? null : throw new InvalidOperationException(error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
