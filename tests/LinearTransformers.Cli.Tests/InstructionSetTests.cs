namespace LinearTransformers.Cli.Tests;

/// <summary>
/// The program in processes of its own, with vector instructions taken away. The library's tests do the same with every part.
/// </summary>
public class InstructionSetTests
{
    [Theory]
    [InlineData("")]
    [InlineData("--mode relu --networks prompt --d 7")]
    [InlineData("--covariance rotated --resample-every 10 --alg lbfgs")]
    [InlineData("--activation softmax-standard --n-head 2 --precision double")]
    [InlineData("--stream native --covariance rotated --threads 3")]
    public void The_bits_do_not_depend_on_the_instruction_set(string arguments)
    {
        using TemporaryFolder folder = new();
        string[] withEverything = Train(folder["all"], arguments, knob: null);
        foreach (string knob in (string[])["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"])
        {
            // Exact: sixteen lanes whatever the hardware, and only correctly rounded operations in a fixed order.
            Assert.Equal(withEverything, Train(folder[knob], arguments, knob));
            Assert.Equal(File.ReadAllBytes(folder["all/history.safetensors"]), File.ReadAllBytes(folder[knob + "/history.safetensors"]));
        }
    }

    private static string[] Train(string folder, string arguments, string? knob)
    {
        string[] command = [Path.Combine(AppContext.BaseDirectory, "lintf.dll"), "train", "--max-iters", "30", "--log-every", "10",
            "--json"];
        string output = Subprocess.Run(
            [.. command, "--B", "300", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--out", folder],
            environment: knob is null ? [] : [(knob, "0")]);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipLast(1)];
    }
}
