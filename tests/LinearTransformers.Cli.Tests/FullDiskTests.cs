using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

public class FullDiskTests
{
    private const int DiskSize = 700 * 1024;
    private const int TakenByOthers = 450 * 1024;

    [Fact]
    public void A_full_disk_is_said_in_a_line_and_the_run_goes_on_when_there_is_room()
    {
        using TemporaryFolder folder = new();
        using SmallDisk disk = new(folder["disk"], DiskSize);

        // A snapshot takes 600 bytes, and the history is there twice while it is being saved: there is room for some 200.
        string[] command = ["train", "--B", "64", "--max-iters", "400", "--save-every", "0", "--out"];
        Assert.Equal(0, Invocation.Of([.. command, folder["whole"]]).ExitCode);
        string run = disk["run"];
        File.WriteAllBytes(disk["taken"], new byte[TakenByOthers]);
        Invocation full = Invocation.Of([.. command, run]);
        Assert.Equal(1, full.ExitCode);
        Assert.Empty(full.Out);
        Assert.StartsWith($"lintf: {run} cannot be written (No space left on device",
            Assert.Single(full.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp-", full.Error);

        RunDirectory directory = RunDirectory.Load(run);
        Assert.InRange(directory.Iteration, 100, 300);
        Assert.Contains($"the run goes on from iteration {directory.Iteration}", full.Error);
        TrainingRun<float> restored = new(directory.Settings);
        directory.Restore(restored);
        Assert.Equal(directory.Iteration, restored.Iteration);
        Assert.DoesNotContain(Directory.GetFiles(run), path => path.Contains(".tmp-", StringComparison.Ordinal));

        File.Delete(disk["taken"]);
        Assert.Equal(0, Invocation.Of([.. command, run]).ExitCode);
        Assert.Equal(File.ReadAllBytes(folder["whole/history.safetensors"]), File.ReadAllBytes(Path.Combine(run, "history.safetensors")));
    }
}
