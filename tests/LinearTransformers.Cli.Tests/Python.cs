using System.Diagnostics;

namespace LinearTransformers.Cli.Tests;

/// <summary>Python with NumPy or PyTorch, where there is one.</summary>
internal static class Python
{
    private static readonly string[] Candidates = ["/usr/bin/python3", "python3"];

    private static readonly Lazy<string?> WithNumpy = new(() => Find("import numpy"));
    private static readonly Lazy<string?> WithPandas = new(() => Find("import numpy, pandas"));
    private static readonly Lazy<string?> WithTensorBoard
        = new(() => Find("import tensorboard.backend.event_processing.event_accumulator"));

    private static readonly Lazy<string?> WithTorch = new(() => Find("import torch"));

    /// <summary>Runs a script and gives what it printed; the test is skipped where there is no NumPy.</summary>
    public static string Run(string script, params string[] arguments)
    {
        Assert.SkipUnless(WithNumpy.Value is not null, "there is no python3 with numpy");
        return Try(WithNumpy.Value!, false, ["-c", script, .. arguments])!;
    }

    /// <summary>The same in a folder; the test is skipped where there is no NumPy or no pandas.</summary>
    public static string RunPandas(string script, string folder)
    {
        Assert.SkipUnless(WithPandas.Value is not null, "there is no python3 with numpy and pandas");
        return Try(WithPandas.Value!, false, ["-c", script], folder)!;
    }

    /// <summary>Runs a script and gives what it printed; the test is skipped where there is no TensorBoard.</summary>
    public static string RunTensorBoard(string script, params string[] arguments)
    {
        Assert.SkipUnless(WithTensorBoard.Value is not null, "there is no python3 with tensorboard");
        return Try(WithTensorBoard.Value!, false, ["-c", script, .. arguments])!;
    }

    /// <summary>Runs a script's file and gives what it printed; the test is skipped where there is no PyTorch.</summary>
    public static string RunTorch(string path, params string[] arguments)
    {
        Assert.SkipUnless(WithTorch.Value is not null, "there is no python3 with torch");
        return Try(WithTorch.Value!, false, [path, .. arguments])!;
    }

    private static string? Find(string import) => Array.Find(Candidates, candidate => Try(candidate, true, ["-c", import]) is not null);

    private static string? Try(string program, bool mayFail, string[] arguments, string folder = "")
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : mayFail ? null : throw new InvalidOperationException(error.Result);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
