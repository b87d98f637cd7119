using System.Diagnostics;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>A disk of a few hundred kilobytes, in memory. It takes root on Linux to mount one.</summary>
public class FullDiskTests
{
    private const int DiskSize = 700 * 1024;
    private const int TakenByOthers = 450 * 1024;

    [Fact]
    public void A_full_disk_is_said_in_a_line_and_the_run_goes_on_when_there_is_room()
    {
        using TemporaryFolder folder = new();
        string disk = Directory.CreateDirectory(folder["disk"]).FullName;
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !Succeeds("mount", "-t", "tmpfs", "-o", $"size={DiskSize}", "tmpfs", disk))
        {
            Assert.Skip("a small disk can only be mounted by root on Linux");
        }

        try
        {
            // A snapshot takes 600 bytes, and the history is there twice while it is being saved: there is room for some 200.
            string[] command = ["train", "--B", "64", "--max-iters", "400", "--save-every", "0", "--out"];
            Assert.Equal(0, Invocation.Of([.. command, folder["whole"]]).ExitCode);
            string run = Path.Combine(disk, "run");
            string taken = Path.Combine(disk, "taken");
            File.WriteAllBytes(taken, new byte[TakenByOthers]);
            Invocation full = Invocation.Of([.. command, run]);
            Assert.Equal(2, full.ExitCode);
            Assert.Empty(full.Out);
            Assert.StartsWith($"lintf: --out: {run} cannot be written (No space left on device", Assert.Single(full.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);

            RunDirectory directory = RunDirectory.Load(run);
            Assert.InRange(directory.Iteration, 100, 300);
            Assert.Contains($"the run goes on from iteration {directory.Iteration}", full.Error);
            TrainingRun<float> restored = new(directory.Settings);
            directory.Restore(restored);
            Assert.Equal(directory.Iteration, restored.Iteration);
            Assert.DoesNotContain(Directory.GetFiles(run), path => path.Contains(".tmp-", StringComparison.Ordinal));

            File.Delete(taken);
            Assert.Equal(0, Invocation.Of([.. command, run]).ExitCode);
            Assert.Equal(File.ReadAllBytes(folder["whole/history.safetensors"]), File.ReadAllBytes(Path.Combine(run, "history.safetensors")));
        }
        finally
        {
            Assert.True(Succeeds("umount", disk));
        }
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        using Process? process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
        process?.StandardError.ReadToEnd();
        process?.WaitForExit();
        return process?.ExitCode == 0;
    }
}
