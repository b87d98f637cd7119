using System.Diagnostics;
using System.Text.Json;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

public class TrainTests
{
    private const string Small = "train --max-iters 12 --B 64 --log-every 5 --json --out";

    [Fact]
    public void Training_prints_the_losses_of_the_published_code()
    {
        // The train notebook's defaults with SGD, seed 0, run with PyTorch: iterations 0 to 4.
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of("train", "--alg", "sgd", "--max-iters", "5", "--json", "--out", folder["run"]);
        Assert.Equal(0, invocation.ExitCode);
        double[] expected = [4.982563018798828, 5.376888751983643, 4.523583889007568, 4.4852471351623535, 3.781794548034668];
        JsonElement[] lines = [.. invocation.Lines.Select(Parse)];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(i, lines[i].GetProperty("iteration").GetInt32());
            Assert.Equal(expected[i], lines[i].GetProperty("loss").GetDouble(), 1e-5 * expected[i]);
        }
    }

    [Theory]
    [InlineData("--networks prompt", "lintf: --networks has no effect on this run: it is a setting of network")]
    [InlineData("--activation relu --model nonlinear-regression",
        "lintf: --activation has no effect on this run: it is a setting of linear-transformer")]
    [InlineData("--momentum 0.5", "lintf: --momentum has no effect on this run: it is a setting of sgd")]
    public void A_setting_of_a_part_that_is_not_chosen_is_said_to_have_no_effect(string options, string message)
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Invocation.Of(["train", "--max-iters", "2", "--B", "4", "--out", folder["run"], .. options.Split(' ')]);
        Assert.Equal(0, invocation.ExitCode);
        Assert.Contains(message, invocation.Error);
    }

    [Fact]
    public void The_deviation_of_initial_parameters_is_said_to_have_no_effect_beside_those_of_a_run()
    {
        using TemporaryFolder folder = new();
        string[] small = ["train", "--max-iters", "2", "--B", "4", "--var", "0.1", "--out"];
        Assert.DoesNotContain("no effect", Invocation.Of([.. small, folder["first"]]).Error);
        Invocation second = Invocation.Of([.. small, folder["second"], "--init", folder["first"]]);
        Assert.Equal(0, second.ExitCode);
        Assert.Contains(
            $"lintf: --var has no effect on this run: it begins with the parameters of --init {folder["first"]}\n", second.Error);
    }

    [Fact]
    public void Json_is_all_that_standard_output_holds()
    {
        using TemporaryFolder folder = new();
        Invocation invocation = Run(folder["run"]);
        JsonElement[] lines = [.. invocation.Lines.Select(Parse)];
        Assert.Equal([0, 1, 2, 3, 4, 5, 10, 11], lines.SkipLast(1).Select(line => line.GetProperty("iteration").GetInt32()));
        Assert.All(lines.SkipLast(1), line
            => Assert.Equal(["iteration", "loss", "gradientNorm"], line.EnumerateObject().Select(property => property.Name)));
        Assert.Equal(["done", "iterations", "seconds", "finalLoss"], lines[^1].EnumerateObject().Select(property => property.Name));
        Assert.Equal(12, lines[^1].GetProperty("iterations").GetInt32());
        Assert.Equal(lines[^2].GetProperty("loss").GetDouble(), lines[^1].GetProperty("finalLoss").GetDouble());
        Assert.True(lines[^1].GetProperty("finalLoss").GetDouble() < lines[0].GetProperty("loss").GetDouble());
    }

    [Fact]
    public void A_finished_run_says_the_same_again_without_training()
    {
        using TemporaryFolder folder = new();
        string first = Run(folder["run"]).Out;
        Assert.Equal(first, Run(folder["run"]).Out);
    }

    [Fact]
    public void An_interrupted_run_exits_with_130_and_goes_on_when_given_again()
    {
        using TemporaryFolder folder = new();
        Invocation interrupted = Invocation.Of(new CancellationToken(canceled: true), [.. Small.Split(' '), folder["broken"]]);
        Assert.Equal(130, interrupted.ExitCode);
        Assert.Contains("interrupted", interrupted.Error);

        Assert.Equal(Losses(Run(folder["whole"])), Losses(Run(folder["broken"])));
        Assert.Equal(File.ReadAllBytes(folder["whole/history.safetensors"]), File.ReadAllBytes(folder["broken/history.safetensors"]));

        static IEnumerable<string> Losses(Invocation invocation) => invocation.Lines.SkipLast(1);
    }

    [Fact]
    public void A_diverging_run_says_where_and_exits_with_3()
    {
        using TemporaryFolder folder = new();
        Invocation invocation =
            Invocation.Of("train", "--alg", "sgd", "--lr", "50", "--toclip", "false", "--B", "64", "--json", "--out", folder["run"]);
        Assert.Equal(3, invocation.ExitCode);
        int last = Parse(invocation.Lines[^1]).GetProperty("iterations").GetInt32();
        Assert.Contains($"not finite at iteration {last}", invocation.Error);
        Assert.Equal(JsonValueKind.Null, Parse(invocation.Lines[^1]).GetProperty("finalLoss").ValueKind);
        Assert.True(File.Exists(folder["run/history.safetensors"]));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_divergence_too()
    {
        // Covariates of size 10¹⁴ and parameters of 10⁻¹⁰: the first loss is finite, its gradient is not.
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["c.json"], """{ "d": 2, "n-layer": 1, "N": 4, "B": 16, "var": 1e-10, """
            + """ "given-covariance": { "U": [1, 0, 0, 1], "D": [1e14, 1e14] } }""");
        Invocation invocation = Invocation.Of("train", "--config", folder["c.json"], "--json", "--out", folder["run"]);
        Assert.Equal(3, invocation.ExitCode);
        Assert.Contains("the loss or its gradient was not finite at iteration 0", invocation.Error);
        Assert.Equal(JsonValueKind.Null, Parse(invocation.Lines[0]).GetProperty("gradientNorm").ValueKind);
        Assert.Equal(JsonValueKind.Number, Parse(invocation.Lines[^1]).GetProperty("finalLoss").ValueKind);
    }

    [Fact]
    public void A_step_of_many_evaluations_is_stopped_within_it()
    {
        using TemporaryFolder folder = new();
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(0.3));
        long start = Stopwatch.GetTimestamp();

        // The step alone would take minutes.
        Invocation invocation = Invocation.Of(
            stop.Token, "train", "--alg", "lbfgs", "--lbfgs-inner", "1000000", "--lr", "1e-6", "--B", "20000", "--resample-every", "0",
                "--max-iters", "3", "--out", folder["run"]);
        Assert.Equal(130, invocation.ExitCode);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 60);
        Assert.Equal(0, RunDirectory.Load(folder["run"]).Iteration);
        Assert.True(RunDirectory.Load(folder["run"]).HasState);
    }

    [Fact]
    public void A_foreign_folder_is_refused_and_left_alone()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["mine"]);
        File.WriteAllText(folder["mine/notes.txt"], "x");
        Invocation invocation = Run(folder["mine"]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains("--out: ", invocation.Error);
        Assert.Equal([folder["mine/notes.txt"]], Directory.GetFileSystemEntries(folder["mine"]));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_failure()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["file"], "x");
        Invocation invocation = Run(folder["file/run"]);
        Assert.Equal(1, invocation.ExitCode);
        Assert.Contains("must be a folder that can be created and written", invocation.Error);
    }

    [Fact]
    public void A_truncated_state_is_refused_with_its_name_and_place()
    {
        using TemporaryFolder folder = new();
        Run(folder["run"]);
        byte[] bytes = File.ReadAllBytes(folder["run/state.safetensors"]);
        File.WriteAllBytes(folder["run/state.safetensors"], bytes[..100]);
        Invocation invocation = Run(folder["run"]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains("state.safetensors: byte 0: ", invocation.Error);
        Assert.Equal(bytes[..100], File.ReadAllBytes(folder["run/state.safetensors"]));
    }

    [Fact]
    public void Double_precision_trains_too()
    {
        using TemporaryFolder folder = new();
        double single = FirstLoss(Invocation.Of([.. Small.Split(' '), folder["single"]]));
        double twice = FirstLoss(Invocation.Of([.. Small.Split(' '), folder["double"], "--precision", "double"]));
        Assert.Equal(single, twice, 1e-5);
        Assert.NotEqual(single, twice);

        static double FirstLoss(Invocation invocation) => Parse(invocation.Lines[0]).GetProperty("loss").GetDouble();
    }

    private static Invocation Run(string folder) => Invocation.Of([.. Small.Split(' '), folder]);

    private static JsonElement Parse(string line)
    {
        using JsonDocument json = JsonDocument.Parse(line);
        return json.RootElement.Clone();
    }
}
