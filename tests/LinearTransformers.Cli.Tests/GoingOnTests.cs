using System.Text.Json;

namespace LinearTransformers.Cli.Tests;

/// <summary>Runs that go on for more iterations, and runs that begin with another one's parameters, from the command line.</summary>
public class GoingOnTests
{
    private const string Small = "train --B 20 --d 2 --n-layer 1 --hist-stride 4 --log-every 5";

    [Fact]
    public void More_iterations_go_on_with_a_run_and_fewer_are_refused()
    {
        using TemporaryFolder folder = new();
        Fine($"{Small} --max-iters 9 --out", folder["run"]);
        Invocation longer = Fine($"{Small} --max-iters 14 --json --out", folder["run"]);
        Invocation whole = Fine($"{Small} --max-iters 14 --json --out", folder["whole"]);
        Assert.Equal(whole.Lines.SkipLast(1), longer.Lines.SkipLast(1));
        foreach (string file in (string[])["config.json", "history.safetensors", "metrics.jsonl"])
        {
            Assert.Equal(File.ReadAllBytes(folder[$"whole/{file}"]), File.ReadAllBytes(folder[$"run/{file}"]));
        }

        Refused(
            $"--out: {folder["run"]} holds this run with max-iters 14, of which 14 are done: max-iters must be 14, or more to go on with "
                + "it; choose another folder for a run of 9",
            $"{Small} --max-iters 9 --out", folder["run"]);
    }

    [Fact]
    public void A_run_begins_with_the_parameters_of_another_and_goes_on_without_it()
    {
        using TemporaryFolder folder = new();
        Fine($"{Small} --max-iters 9 --out", folder["a"]);
        string[] command = [.. $"{Small} --alg sgd --max-iters 6 --out".Split(' '), folder["b"], "--init", folder["a"]];
        Invocation first = Invocation.Of(command);
        Assert.True(first.ExitCode == 0, first.Error);
        JsonElement config = JsonDocument.Parse(File.ReadAllText(folder["b/config.json"])).RootElement;
        Assert.Equal(folder["a"] + "@9", config.GetProperty("init").GetString());
        Assert.Equal(64, config.GetProperty("init-sha256").GetString()!.Length);
        Assert.Contains("done before", Invocation.Of(command).Out);
        Assert.Matches(
            $"init {folder["a"]}@9$", Fine("runs list", folder["a"], folder["b"]).Lines[2]);

        Refused(
            $"--init is {folder["a"]}@7: it must be {folder["a"]} with an iteration of its history behind it: 0, 4, 8, 9",
            $"{Small} --out {folder["c"]} --init", folder["a"] + "@7");
        Refused(
            $"--init is {folder["a"]}: it must be a run of linear-transformer, n-layer 2, n-head 1, d 2 (allparam [2, 1, 2, 2, 2]), as "
                + "this one, and is one of linear-transformer, n-layer 1, n-head 1, d 2 (allparam [1, 1, 2, 2, 2])",
            $"{Small.Replace("--n-layer 1", "--n-layer 2")} --out {folder["c"]} --init", folder["a"]);

        Directory.Delete(folder["a"], recursive: true);
        Assert.Contains("done before", Invocation.Of(command).Out);
        Fine($"train --config {folder["b"]} --max-iters 8 --out", folder["b"]);
        Refused($"--init is {folder["a"]}@9: it must be a run's folder", $"train --config {folder["b"]} --out", folder["c"]);
        Fine($"{Small} --init {folder["b"]}@0 --max-iters 2 --out", folder["c"]);
    }

    private static Invocation Fine(string command, params string[] more)
    {
        Invocation invocation = Invocation.Of([.. command.Split(' '), .. more]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        return invocation;
    }

    private static void Refused(string message, string command, params string[] more)
    {
        Invocation invocation = Invocation.Of([.. command.Split(' '), .. more]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.StartsWith("lintf: " + message, Assert.Single(invocation.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }
}
