using System.Text.Json;

namespace LinearTransformers.Cli.Tests;

/// <summary>A run whose last step leaves the range of numbers, as the commands see it.</summary>
public class LastStepTests
{
    private const string Small = "train --B 20 --d 2 --n-layer 1 --alg sgd --max-iters 1 --toclip false --out";

    [Fact]
    public void It_diverged_and_every_command_reads_it()
    {
        using TemporaryFolder folder = new();
        string[] diverged = [.. Small.Split(' '), folder["runs/far"], "--lr", "1e39"];
        Invocation trained = Invocation.Of([.. diverged, "--json"]);
        Assert.Equal(3, trained.ExitCode);
        Assert.Equal(
            $"lintf: the parameters were not finite after the last iteration, 0; the history up to there is in {folder["runs/far"]}",
            trained.Error.TrimEnd());
        JsonElement done = JsonDocument.Parse(trained.Lines[^1]).RootElement;
        Assert.Equal(1, done.GetProperty("iterations").GetInt32());
        Assert.Equal(JsonDocument.Parse(Assert.Single(trained.Lines.SkipLast(1))).RootElement.GetProperty("loss").GetDouble(),
            done.GetProperty("finalLoss").GetDouble());
        Assert.Equal(3, Invocation.Of(diverged).ExitCode);

        Assert.Equal(0, Invocation.Of([.. Small.Split(' '), folder["runs/near"]]).ExitCode);
        Assert.Matches("far +diverged +1/1 ", Fine("runs", "list", folder["runs"]).Lines[1]);
        Assert.Contains("diverged", Fine("runs", "show", folder["runs/far"]).Out);
        Assert.Contains($"{folder["runs/far"]} diverged at iteration 1: it is shown up to 0",
            Fine("plot", "loss", folder["runs"], "--prompts", "50", "--out", folder["loss"]).Error);
        Assert.Contains("far", Fine("runs", "compare", folder["runs"], "--prompts", "50", "--out", folder["compare"]).Out);
        Fine("report", folder["runs"], "--out", folder["report.html"]);
        Assert.Contains("diverged at iteration 1", File.ReadAllText(folder["report.html"]));
        Fine("export", folder["runs/far"], "--out", folder["far.npz"]);
        Fine("plot", "matrices", folder["runs/far"], "--out", folder["matrices"]);
    }

    private static Invocation Fine(params string[] command)
    {
        Invocation invocation = Invocation.Of(command);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        return invocation;
    }
}
