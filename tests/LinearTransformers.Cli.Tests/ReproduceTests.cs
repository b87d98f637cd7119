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

    [Theory]
    [InlineData("rotation", "log test loss", "rotation/figures/matrices.svg")]
    [InlineData("rotation-p0", "step size 3 of 3", "rotation-p0/figures/distance-to-identity.pdf")]
    [InlineData("rotation-lbfgs", "final training loss, seed 0", "rotation-lbfgs/lbfgs-12its-seed0/state.safetensors")]
    [InlineData("variable-l", "L = 4: transformer", "variable-l/L4-12its-seed0/history.safetensors")]
    [InlineData("variable-n", "N = 20: preconditioned GD", "variable-n/figures/loss.png")]
    public void Small_versions_of_the_experiments_of_paper_1_run_through(string experiment, string row, string file)
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of("reproduce", experiment, "--max-iters", "12", "--seeds", "0", "--out", folder["runs"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains(row, invocation.Out);
        Assert.True(File.Exists(Path.Combine(folder["runs"], file)), file);

        // A second time nothing is trained: the run's files stay as they are.
        string history = Directory.GetFiles(folder["runs"], "history.safetensors", SearchOption.AllDirectories)[0];
        DateTime written = File.GetLastWriteTimeUtc(history);
        Assert.Equal(0, Invocation.Of("reproduce", experiment, "--max-iters", "12", "--seeds", "0", "--no-figures", "--out", folder["runs"]).ExitCode);
        Assert.Equal(written, File.GetLastWriteTimeUtc(history));
    }

    [Fact]
    public void The_published_protocol_is_another_table()
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of("reproduce", "variable-l", "--max-iters", "2", "--seeds", "0", "--protocol", "original", "--no-figures", "--out", folder["runs"]);
        Assert.Equal(0, invocation.ExitCode);
        Assert.True(File.Exists(folder["runs/variable-l/results-original-protocol.json"]));
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
