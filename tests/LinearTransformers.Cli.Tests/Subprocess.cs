using System.Diagnostics;

namespace LinearTransformers.Cli.Tests;

/// <summary>A process of its own.</summary>
internal static class Subprocess
{
    /// <summary>Runs dotnet and gives what it printed; it must exit with 0.</summary>
    public static string Run(IEnumerable<string> arguments, string? folder = null, params (string Name, string Value)[] environment)
        => RunProgram("dotnet", arguments, folder, environment);

    /// <summary>The same with another program.</summary>
    public static string RunProgram(
        string program, IEnumerable<string> arguments, string? folder = null, params (string Name, string Value)[] environment)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result + output);
        return output;
    }
}
