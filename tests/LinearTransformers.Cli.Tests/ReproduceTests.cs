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
        foreach (string file in (string[])[
            "results-201its-seeds-0-1.json", "figures/loss-201its-seeds-0-1.png", "figures/loss-201its-seeds-0-1.svg",
                "figures/loss-201its-seeds-0-1.pdf", "figures/matrices-201its-seeds-0-1.png",
                    "figures/distance-to-identity-201its-seeds-0-1.pdf", "adam-201its-seed0/history.safetensors",
                        "adam-201its-seed1/state.safetensors", "report.html"])
        {
            Assert.True(File.Exists(Path.Combine(folder["runs"], "simple", file)), file);
        }

        using JsonDocument results = JsonDocument.Parse(File.ReadAllBytes(folder["runs/simple/results-201its-seeds-0-1.json"]));
        JsonElement details = results.RootElement.GetProperty("details");
        Assert.Equal(7, details.GetArrayLength());
        Assert.All(details.EnumerateArray(), row => Assert.Equal("match", row.GetProperty("verdict").GetString()));
        Assert.Equal(5.274078369140625, details[0].GetProperty("published").GetDouble());
    }

    [Fact]
    public void Results_as_JSON_are_all_that_standard_output_holds()
    {
        using TemporaryFolder folder = new();
        Invocation invocation =
            Invocation.Of("reproduce", "simple", "--max-iters", "3", "--seeds", "0,1", "--no-figures", "--json", "--out", folder["runs"]);
        Assert.Equal(0, invocation.ExitCode);
        JsonElement[] lines = [.. invocation.Lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.All(lines.SkipLast(1), line => Assert.Equal(
            ["experiment", "quantity", "published", "exact", "ours", "tolerance", "verdict"], line.EnumerateObject()
                .Select(property => property.Name)));
        Assert.True(lines[^1].GetProperty("done").GetBoolean());
        Assert.False(Directory.Exists(folder["runs/simple/figures"]));
    }

    [Theory]
    [InlineData("rotation", "log test loss", "rotation/figures/matrices-12its-seeds-0.svg")]
    [InlineData("rotation-p0", "step size 3 of 3", "rotation-p0/figures/distance-to-identity-12its-seeds-0.pdf")]
    [InlineData("rotation-lbfgs", "final training loss, seed 0", "rotation-lbfgs/lbfgs-12its-seed0/state.safetensors")]
    [InlineData("variable-l", "L = 4: transformer", "variable-l/L4-12its-seed0/history.safetensors")]
    [InlineData("variable-n", "N = 20: preconditioned GD", "variable-n/figures/loss-12its-seeds-0.png")]
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
        Assert.Equal(0, Invocation.Of(
            "reproduce", experiment, "--max-iters", "12", "--seeds", "0", "--no-figures", "--out", folder["runs"]).ExitCode);
        Assert.Equal(written, File.GetLastWriteTimeUtc(history));
    }

    [Theory]
    [InlineData("loss", "sphere: seeds in which Adam ends below SGDM", "loss/figures/loss-normal-n5-60its-seeds-0.svg")]
    [InlineData("noise", "gamma, Adam at 60: Hill's tail index", "noise/noise-gamma-60its-seeds-0.safetensors")]
    [InlineData("condition-number", "normal-n20: SGDM/Adam at 0", "condition-number/condition-number-normal-n5-60its-seeds-0.safetensors")]
    [InlineData("smoothness", "negative curvatures among 60", "smoothness/figures/smoothness-normal-n20-adam-seed0-60its-seeds-0.pdf")]
    [InlineData("learning-rates", "gamma, Adam, not clipped",
        "learning-rates/normal-n5-sgd-unclipped-60its-lr0.0005-seed0/history.safetensors")]
    [InlineData("depth", "L = 8: SGDM's least test loss", "depth/figures/noise-60its-seeds-0.png")]
    [InlineData("data", "claim: one over the noise's tail index", "data/figures/condition-number-60its-seeds-0.png")]
    public void Small_versions_of_the_experiments_of_paper_2_run_through(string experiment, string row, string file)
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of("reproduce", experiment, "--max-iters", "60", "--seeds", "0", "--out", folder["runs"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains(row, invocation.Out);
        Assert.True(File.Exists(Path.Combine(folder["runs"], file)), file);
    }

    [Theory]
    [InlineData("directional-smoothness", "gamma: median curvature along a run",
        "directional-smoothness/figures/directional-smoothness-12its-seeds-0.png")]
    [InlineData("larger-noise", "excess kurtosis of 12 norms", "larger-noise/figures/noise-tail-12its-seeds-0.png")]
    [InlineData("covariate-shift", "Λ = I: covariates times 2", "covariate-shift/figures/scaled-12its-seeds-0.svg")]
    [InlineData("theorem-1", "Σ = I: loss of the others", "theorem-1/spectrum-12its-seed0/history.safetensors")]
    [InlineData("looped", "4 tied layers, P trained", "looped/figures/loss-12its-seeds-0.pdf")]
    [InlineData("plateaus", "plateau with 4 directions learnt", "plateaus/separate-1-12its-seed0/history.safetensors")]
    [InlineData("task-pool", "trained by L-BFGS", "task-pool/figures/pools-12its-seeds-0.png")]
    [InlineData("optimizers", "gamma: (4) the scale helps", "optimizers/figures/optimizers-12its-seeds-0.png")]
    public void Small_versions_of_other_experiments_run_through(string experiment, string row, string file)
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of("reproduce", experiment, "--max-iters", "12", "--seeds", "0", "--out", folder["runs"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains(row, invocation.Out);
        Assert.True(File.Exists(Path.Combine(folder["runs"], file)), file);
    }

    [Fact]
    public void A_single_run_logs_as_train_does_before_its_results()
    {
        using TemporaryFolder folder = new();
        Invocation reproduced =
            Invocation.Of("reproduce", "nonlinear", "--alg", "adam", "--max-iters", "7", "--seeds", "2", "--protocol", "original",
                "--no-figures", "--json", "--out", folder["runs"]);
        Invocation trained =
            Invocation.Of("train", "--model", "nonlinear-regression", "--lr", "0.01", "--B", "2000", "--var", "0.1", "--sd", "2",
                "--max-iters", "7", "--json", "--out", folder["run"]);
        Assert.True(reproduced.ExitCode == 0 && trained.ExitCode == 0, reproduced.Error + trained.Error);
        Assert.Equal(6, trained.Lines.SkipLast(1).Count());
        Assert.Equal(trained.Lines.SkipLast(1), reproduced.Lines.Take(6));
        Assert.Contains("\"done\":true", reproduced.Lines[^1]);
    }

    [Fact]
    public void A_small_comparison_of_activations_has_all_its_parts()
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of("reproduce", "activation", "--max-iters", "2", "--seeds", "0", "--out", folder["runs"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.True(File.Exists(folder["runs/activation/figures/loss-2its-seeds-0.svg"]));
        Assert.Contains("Theorem 5", invocation.Out);
        Assert.Contains("softmax, Adam", invocation.Out);
    }

    [Fact]
    public void A_small_nonlinear_regression_starts_where_the_published_one_does()
    {
        using TemporaryFolder folder = new();
        Invocation invocation =
            Invocation.Of("reproduce", "nonlinear", "--alg", "sgd", "--max-iters", "3", "--seeds", "0", "--out", folder["runs"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains("largest relative difference from the published losses in 1 lines", invocation.Out);
        Assert.Contains("match", invocation.Out);
        Assert.True(File.Exists(folder["runs/nonlinear/sgd-sgd-3its-seeds-0.safetensors"]));
    }

    [Fact]
    public void A_setting_and_an_optimizer_can_be_chosen()
    {
        using TemporaryFolder folder = new();
        Invocation invocation =
            Invocation.Of("reproduce", "loss", "--setting", "sphere,normal-n5", "--alg", "adam", "--max-iters", "20", "--seeds", "3",
                "--out", folder["runs"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Equal(
            ["figures", "normal-n5-adam-20its-seed3", "sphere-adam-20its-seed3"],
            Directory.GetDirectories(folder["runs/loss"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(folder["runs/loss/results-sphere-normal-n5-adam-20its-seeds-3.json"]));
    }

    [Theory]
    [InlineData("loss", "--setting", "torus", "--setting is torus: it must be of normal-n20, normal-n5, sphere, gamma in loss")]
    [InlineData("simple", "--setting", "sphere", "--setting is sphere: it must be left out: simple has one setting only")]
    [InlineData("loss", "--alg", "lbfgs", "--alg is lbfgs: it must be of sgd, adam in loss")]
    [InlineData("noise", "--alg", "adam", "--alg is adam: it must be left out: noise has one optimizer only")]
    public void A_setting_that_an_experiment_has_not_is_refused(string experiment, string option, string value, string message)
    {
        Invocation invocation = Invocation.Of("reproduce", experiment, option, value);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains(message, invocation.Error);
    }

    [Fact]
    public void The_published_protocol_is_another_table()
    {
        using TemporaryFolder folder = new();
        Invocation invocation =
            Invocation.Of("reproduce", "variable-l", "--max-iters", "2", "--seeds", "0", "--protocol", "original", "--no-figures", "--out",
                folder["runs"]);
        Assert.Equal(0, invocation.ExitCode);
        Assert.True(File.Exists(folder["runs/variable-l/results-original-protocol-2its-seeds-0.json"]));
    }

    [Fact]
    public void An_interrupted_experiment_exits_with_130()
    {
        using TemporaryFolder folder = new();
        Invocation invocation =
            Invocation.Of(new CancellationToken(canceled: true), "reproduce", "simple", "--max-iters", "3", "--out", folder["runs"]);
        Assert.Equal(130, invocation.ExitCode);
        Assert.Empty(invocation.Out);
    }
}
