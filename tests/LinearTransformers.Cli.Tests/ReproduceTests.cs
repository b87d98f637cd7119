using System.Text.Json;

namespace LinearTransformers.Cli.Tests;

public class ReproduceTests
{
    [Fact]
    public void A_small_simple_demonstration_matches_the_published_log_and_writes_everything()
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of("reproduce", "simple", "--max-iters", "201", "--seeds", "0,1", "--out", folder["runs"]);
        Assert.Equal(0, invocation.ExitCode);
        Assert.Contains("largest relative difference in 7 log lines", invocation.Out);
        Assert.Contains("match", invocation.Out);
        foreach (string file in (string[])["results.json", "figures/loss.png", "figures/loss.svg", "figures/loss.pdf", "figures/matrices.png", "figures/distance-to-identity.pdf", "adam-201its-seed0/history.safetensors", "adam-201its-seed1/state.safetensors"])
        {
            Assert.True(File.Exists(Path.Combine(folder["runs"], "simple", file)), file);
        }

        using JsonDocument results = JsonDocument.Parse(File.ReadAllBytes(folder["runs/simple/results.json"]));
        JsonElement details = results.RootElement.GetProperty("details");
        Assert.Equal(7, details.GetArrayLength());
        Assert.All(details.EnumerateArray(), row => Assert.Equal("match", row.GetProperty("verdict").GetString()));
        Assert.Equal(5.274078369140625, details[0].GetProperty("published").GetDouble());
    }

    [Fact]
    public void Results_as_JSON_are_all_that_standard_output_holds()
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of("reproduce", "simple", "--max-iters", "3", "--seeds", "0", "--no-figures", "--json", "--out", folder["runs"]);
        Assert.Equal(0, invocation.ExitCode);
        JsonElement[] lines = [.. invocation.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.All(lines.SkipLast(1), line => Assert.Equal(
            ["experiment", "quantity", "published", "exact", "ours", "tolerance", "verdict"], line.EnumerateObject().Select(property => property.Name)));
        Assert.True(lines[^1].GetProperty("done").GetBoolean());
        Assert.False(Directory.Exists(folder["runs/simple/figures"]));
    }

    [Fact]
    public void An_interrupted_experiment_exits_with_130()
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of(new CancellationToken(canceled: true), "reproduce", "simple", "--max-iters", "3", "--out", folder["runs"]);
        Assert.Equal(130, invocation.ExitCode);
        Assert.Empty(invocation.Out);
    }
}
