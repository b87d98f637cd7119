using System.Globalization;
using System.Text.Json;
using LinearTransformers.Analysis;
using LinearTransformers.Kernels;
using LinearTransformers.Models;
using LinearTransformers.Prompts;
using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

public class PlotTests
{
    private const int Iterations = 60;

    private static void Train(TemporaryFolder folder, string name, params string[] options)
    {
        Invocation invocation =
            Invocation.Of(["train", "--B", "50", "--max-iters", $"{Iterations}", "--out", folder[$"runs/{name}"], .. options]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
    }

    [Fact]
    public void Seeds_are_averaged_and_optimizers_kept_apart()
    {
        using TemporaryFolder folder = new();
        Train(folder, "a0", "--alg", "adam", "--sd", "0");
        Train(folder, "a1", "--alg", "adam", "--sd", "1");
        Train(folder, "s0", "--alg", "sgd", "--sd", "0");
        Invocation invocation =
            Invocation.Of("plot", "loss", folder["runs"], "--every", "25", "--protocol", "original", "--out", folder["loss"], "--data",
                folder["loss.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains("Test loss on the published batch of 50 prompts. Band: the mean ± a quarter of the standard deviation over seeds",
            invocation.Out);
        Assert.Contains("alg adam, test loss at iteration 60", invocation.Out);
        foreach (string ending in (string[])[".png", ".svg", ".pdf"])
        {
            Assert.True(File.Exists(folder["loss"] + ending));
        }

        Assert.Equal("iteration,curve,mean,standardDeviation,standardError,seeds", File.ReadLines(folder["loss.csv"]).First());
        Row[] rows = Table(folder["loss.csv"]);
        Assert.Equal([(0, "alg adam"), (25, "alg adam"), (50, "alg adam"), (60, "alg adam"), (0, "alg sgd"), (25, "alg sgd"),
            (50, "alg sgd"), (60, "alg sgd")], rows.Select(row => (row.Iteration, row.Curve)));

        // The same from the histories, without the command's code.
        TrainingSettings settings = new() { BatchSize = 50, MaxIterations = Iterations };
        PromptBatch batch = new(settings.Prompts(null));
        batch.Draw(new TorchStream(99));
        GramStatistics<float> test = new(50, 5);
        test.Compute(batch);
        GramLoss<float> loss = new(settings.Shape);
        foreach (Row row in rows)
        {
            string[] names = row.Curve == "alg adam" ? ["a0", "a1"] : ["s0"];
            double[] losses = [.. names.Select(name => loss.Evaluate(
                History<float>.Read(folder[$"runs/{name}/history.safetensors"], settings.Shape).At(row.Iteration), test))];
            Assert.Equal(losses.Average(), row.Mean, 1e-12);
            Assert.Equal(losses.Length, row.Seeds);
            Assert.Equal(losses.Length == 1 ? double.NaN : Math.Abs(losses[0] - losses[1]) / Math.Sqrt(2), row.Deviation, 1e-12);
            Assert.Equal(losses.Length == 1 ? double.NaN : Math.Abs(losses[0] - losses[1]) / 2, row.Error, 1e-12);
        }
    }

    [Fact]
    public void Losses_are_scored_on_fresh_prompts_with_their_errors_whatever_the_batch_size()
    {
        using TemporaryFolder folder = new();
        Train(folder, "a0");
        Train(folder, "a1", "--sd", "1");
        Assert.Equal(0, Invocation.Of("train", "--B", "80", "--max-iters", "60", "--out", folder["runs/large"]).ExitCode);
        Invocation invocation =
            Invocation.Of("plot", "loss", folder["runs/a0"], folder["runs/a1"], "--every", "30", "--threads", "2", "--out",
                folder["loss.svg"], "--data", folder["loss.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains(
            "Test loss on 100,000 fresh prompts. Band: the mean ± its standard error over prompts (dark) and over seeds (light).",
                invocation.Out);
        Assert.Contains("its standard error over prompts", invocation.Out);
        Assert.Contains("its standard error over 2 seeds", invocation.Out);
        Row[] rows = Table(folder["loss.csv"]);
        Assert.Equal([0, 30, 60], rows.Select(row => row.Iteration));

        // The first model from its parameters: a million prompts of another stream, and the spread of their losses.
        TrainingSettings settings = RunDirectory.Load(folder["runs/a0"]).Settings;
        GramLoss<float> loss = new(settings.Shape);
        PromptBatch batch = new(settings.Prompts(null) with { BatchSize = 20_000 });
        GramStatistics<float> statistics = new(20_000, 5);
        NativeStream stream = new(5);
        double[] means = [.. Enumerable.Range(0, 50).Select(_ =>
        {
            batch.Draw(stream);
            statistics.Compute(batch);
            return ((string[])["a0", "a1"])
                .Average(name => loss.Evaluate(
                    History<float>.Read(folder[$"runs/{name}/history.safetensors"], settings.Shape).At(0), statistics));
        })];
        double exact = means.Average();
        double error = Math.Sqrt(means.Sum(mean => (mean - exact) * (mean - exact)) / 49 / 50);
        Assert.Equal(exact, rows[0].Mean, 5 * Math.Sqrt((error * error) + (rows[0].PromptError * rows[0].PromptError)));
        Assert.InRange(rows[0].PromptError / (error * Math.Sqrt(10)), 0.6, 1.6);

        // Alone, on another number of threads, beside runs with another B, and from twice the blocks.
        Assert.Equal(rows[2].Mean, (Losses("a0", "1")[2].Mean + Losses("a1", "1")[2].Mean) / 2, 1e-12);
        Assert.Equal(Losses("a0", "1"), Losses("a0", "3"));
        Assert.Equal(Losses("large", "2")[0].Mean, Losses("a0", "2")[0].Mean);

        Row[] Losses(string run, string threads)
        {
            Invocation one = Invocation.Of(
                "plot", "loss", folder[$"runs/{run}"], "--every", "30", "--threads", threads, "--out", folder["one.svg"], "--data",
                    folder["one.csv"]);
            Assert.True(one.ExitCode == 0, one.Error);
            return Table(folder["one.csv"]);
        }
    }

    [Fact]
    public void A_single_seed_has_no_band_over_seeds_and_the_published_protocol_none_at_all()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run");
        Assert.Contains("Band: the mean ± its standard error over prompts.", Plot("--prompts", "2000"));
        Assert.Contains("Test loss on 2,000 fresh prompts.", Plot("--prompts", "2000"));
        Assert.DoesNotContain("Band", Plot("--protocol", "original"));
        Assert.DoesNotContain("standard error", Plot("--prompts", "50"));

        string Plot(params string[] options)
        {
            Invocation invocation =
                Invocation.Of(["plot", "loss", folder["runs"], "--every", "30", "--out", folder["loss.svg"], .. options]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            return invocation.Out;
        }
    }

    [Theory]
    [InlineData("noise", "mode", "--samples", "60")]
    [InlineData("condition-number", "robust condition number at iteration 60", "--every", "20")]
    [InlineData("smoothness", "negative curvatures among 60", "--max-iters", "1999")]
    [InlineData("smoothness", "correlation of log curvature", "--curvature", "norm")]
    [InlineData("spectrum", "all parameters, largest eigenvalue at iteration 60", "--every", "30")]
    [InlineData("matrices", "A2 at iteration 60", "--threads", "1")]
    [InlineData("distance-to-identity", "B1, distance at iteration 60", "--every", "5")]
    public void Every_figure_can_be_made_of_a_run(string figure, string note, string option, string value)
    {
        using TemporaryFolder folder = new();
        Train(folder, "run");
        Dictionary<string, DateTime> before = Files(folder["runs"]);
        Invocation invocation =
            Invocation.Of("plot", figure, folder["runs/run"], option, value, "--out", folder["one/figure.svg"], "--data",
                folder["two/data.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains(note, invocation.Out);
        Assert.StartsWith("<", File.ReadAllText(folder["one/figure.svg"]), StringComparison.Ordinal);
        Assert.Equal(["figure.svg"], Directory.GetFiles(folder["one"]).Select(Path.GetFileName));
        Assert.True(File.ReadAllLines(folder["two/data.csv"]).Length > 2);
        Assert.Equal(before, Files(folder["runs"]));
    }

    [Theory]
    [InlineData("batch-loss")]
    [InlineData("gradient-norm")]
    [InlineData("sharpness")]
    [InlineData("step-curvature")]
    [InlineData("parameter-norm")]
    public void Any_measurement_is_drawn_along_runs(string measurement)
    {
        using TemporaryFolder folder = new();
        Train(folder, "a0");
        Train(folder, "a1", "--sd", "1");
        Train(folder, "s0", "--alg", "sgd", "--precision", "double");
        string quantity = measurement.Replace('-', ' ');
        Row[] rows = Rows("1", "runs", out string said);
        Assert.Contains($", {quantity} at iteration {(measurement == "step-curvature" ? 40 : 60)}", said);
        Assert.Contains(", its standard error over 2 seeds", said);
        string batch = measurement == "parameter-norm" ? "" : ", on the published batch of 50 prompts";
        string label = char.ToUpperInvariant(quantity[0]) + quantity[1..];
        Assert.Contains($"{label}{batch}. Band: the mean ± its standard error over seeds.", said);

        // The last iterate has no step behind it.
        int[] expected = measurement == "step-curvature" ? [0, 20, 40] : [0, 20, 40, 60];
        Assert.Equal([.. expected, .. expected], rows.Select(row => row.Iteration));
        Assert.All(rows, row => Assert.True(double.IsFinite(row.Mean)));
        Assert.Equal(rows, Rows("3", "runs", out _));
        Row[] first = Rows("5", "runs/a0", out _);
        Row[] second = Rows("2", "runs/a1", out _);
        double[] means = [.. first.Zip(second, (a, b) => (a.Mean + b.Mean) / 2)];
        Assert.All(rows.Take(expected.Length).Zip(means), pair => Assert.Equal(pair.Second, pair.First.Mean, 1e-12));
        Assert.All(first.Concat(second), row => Assert.Equal(1, row.Seeds));

        Row[] Rows(string threads, string runs, out string output)
        {
            string[] how = ["--every", "20", "--threads", threads, "--out", folder["figure.svg"], "--data", folder["data.csv"]];
            Invocation invocation = Invocation.Of(["plot", measurement, folder[runs], .. how]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            output = invocation.Out;
            return Table(folder["data.csv"]);
        }
    }

    [Fact]
    public void A_measurement_is_what_the_library_measures()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", "--covariance", "rotated");
        RunDirectory directory = RunDirectory.Load(folder["runs/run"]);
        History<float> history = directory.ReadHistory<float>();
        PromptBatch batch = new(directory.Settings.Prompts(history.Covariance));
        batch.Draw(new TorchStream(99));
        BatchLoss<float> loss = directory.Settings.NewLoss<float>();
        loss.Load(batch);
        float[] gradient = new float[history.Layout.Count];
        Curvature<float> curvature = new(loss);
        foreach (string measurement in (string[])["batch-loss", "gradient-norm", "sharpness"])
        {
            string[] how = ["--every", "30", "--max-iters", "60", "--out", folder["figure.svg"], "--data", folder["data.csv"]];
            Assert.Equal(0, Invocation.Of(["plot", measurement, folder["runs"], .. how]).ExitCode);
            Row[] rows = Table(folder["data.csv"]);
            Assert.Equal([0, 30], rows.Select(row => row.Iteration));
            foreach (Row row in rows)
            {
                double value = loss.Evaluate(history.At(row.Iteration), gradient);
                double expected = measurement switch
                {
                    "batch-loss" => value,
                    "gradient-norm" => Math.Sqrt(gradient.Sum(entry => (double)entry * entry)),
                    _ => curvature.Eigenvalues(history.At(row.Iteration), loss.Live)[^1],
                };
                Assert.Equal(expected, row.Mean, 1e-5 * Math.Abs(expected));
            }
        }
    }

    [Fact]
    public void A_measurement_that_a_run_does_not_have_is_said_with_the_reason()
    {
        using TemporaryFolder folder = new();
        Train(folder, "coarse", "--hist-stride", "20");
        Invocation none = Invocation.Of("plot", "step-curvature", folder["runs"], "--out", folder["figure.svg"]);
        Assert.Equal(2, none.ExitCode);
        Assert.Equal(
            $"lintf: {folder["runs/coarse"]}: its hist-stride is 20; step-curvature needs every iterate, a run with hist-stride 1",
            none.Error.TrimEnd());
        Invocation prompts = Invocation.Of("plot", "sharpness", folder["runs"], "--prompts", "100");
        Assert.Contains("--prompts is 100: it must be left out: sharpness does not depend on it", prompts.Error);
        Invocation values = Invocation.Of("plot", "sharpness:3", folder["runs"]);
        Assert.Contains("sharpness:3: it must be sharpness, without a colon", values.Error);
        Assert.Contains("there is no figure sharpnes", Invocation.Of("plot", "sharpnes", folder["runs"]).Error);
        Assert.Contains("did you mean sharpness?", Invocation.Of("plot", "sharpnes", folder["runs"]).Error);
    }

    private static Dictionary<string, DateTime> Files(string folder)
        => Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).ToDictionary(path => path, File.GetLastWriteTimeUtc);

    [Fact]
    public void Runs_in_double_precision_and_with_a_covariance_are_drawn_as_well()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", "--precision", "double", "--covariance", "rotated", "--resample-every", "10", "--hist-stride", "10");
        Invocation loss = Invocation.Of("plot", "loss", folder["runs"], "--json", "--out", folder["loss.png"]);
        Assert.True(loss.ExitCode == 0, loss.Error);
        JsonElement line = JsonDocument.Parse(Assert.Single(loss.Lines)).RootElement;
        Assert.Equal("loss", line.GetProperty("figure").GetString());
        Assert.Equal(["figure", "caption", "files", "numbers"], line.EnumerateObject().Select(property => property.Name));
        Assert.StartsWith("Test loss on 100,000 fresh prompts.", line.GetProperty("caption").GetString());
        Assert.Equal(
            ["adam, test loss at iteration 60", "adam, its standard error over prompts"],
            line.GetProperty("numbers").EnumerateArray().Select(number => number.GetProperty("name").GetString()));
        Assert.Equal(folder["loss.png"], line.GetProperty("files")[0].GetString());
        Assert.All(line.GetProperty("numbers").EnumerateArray(), number
            => Assert.Equal(JsonValueKind.Number, number.GetProperty("value").ValueKind));
        Assert.Equal(0, Invocation.Of("plot", "matrices", folder["runs/run"], "--out", folder["m"]).ExitCode);
    }

    [Theory]
    [InlineData("--activation", "softmax")]
    [InlineData("--activation", "softmax-standard")]
    [InlineData("--model", "nonlinear-regression")]
    public void Runs_of_every_model_are_measured_with_their_own_loss(params string[] options)
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", options);
        foreach (string figure in (string[])["loss", "condition-number", "smoothness", "noise"])
        {
            string[] how = figure switch
            {
                "smoothness" => ["--max-iters", "12"],
                "noise" => ["--samples", "20"],
                "loss"
                => ["--every", "30", "--protocol", "original"],
                _ => ["--every", "30"]
            };
            Invocation invocation =
                Invocation.Of(["plot", figure, folder["runs"], .. how, "--out", folder[figure], "--data", folder[figure + ".csv"]]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
        }

        RunDirectory directory = RunDirectory.Load(folder["runs/run"]);
        TrainingSettings settings = directory.Settings;
        PromptBatch batch = new(settings.Prompts(null));
        batch.Draw(new TorchStream(99));
        TokenBundles<double> tokens =
            TokenBundles<double>.FromTokens(
                [.. batch.ToTokens().Z.Select(z => (double)z)], [.. batch.ToTokens().Y.Select(y => (double)y)], 50, 20, 5);
        double[] parameters = [.. directory.ReadHistory<float>().At(30).ToArray().Select(p => (double)p)];
        TokenLoss<double> loss = settings.Model is LinearTransformerModel model
            ? new AttentionLoss<double>(settings.Shape, model.Activation)
            : new NonlinearRegressionLoss<double>(((NonlinearRegressionModel)settings.Model).Shape(settings.Sizes));
        double expected = loss.Evaluate(parameters, tokens);
        Assert.Equal(expected, Table(folder["loss.csv"])[1].Mean, 1e-5 * expected);

        // And on fresh prompts: two batches of one expectation.
        Invocation fresh = Invocation.Of(
            "plot", "loss", folder["runs"], "--every", "30", "--prompts", "20000", "--out", folder["fresh.svg"], "--data",
                folder["fresh.csv"]);
        Assert.True(fresh.ExitCode == 0, fresh.Error);
        Row scored = Table(folder["fresh.csv"])[0];
        PromptBatch large = new(settings.Prompts(null) with { BatchSize = 20_000 });
        large.Draw(new NativeStream(5));
        BatchLoss<float> batchLoss = settings.NewLoss<float>();
        batchLoss.Load(large);
        Assert.Equal(batchLoss.Evaluate(directory.ReadHistory<float>().At(0)), scored.Mean, 6 * Math.Sqrt(2) * scored.PromptError);
        Assert.InRange(scored.PromptError / scored.Mean, 1e-3, 0.1);
    }

    [Fact]
    public void A_run_that_diverged_is_drawn_up_to_there_and_said_to_have()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(3, Invocation.Of(
            "train", "--B", "50", "--alg", "sgd", "--lr", "1000", "--toclip", "false", "--max-iters", "60", "--out",
                folder["runs/run"]).ExitCode);
        Invocation invocation = Invocation.Of("plot", "loss", folder["runs"], "--every", "1", "--out", folder["loss"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains("diverged at iteration", invocation.Error);
        Invocation conditionNumber =
            Invocation.Of("plot", "condition-number", folder["runs"], "--every", "1", "--out", folder["condition-number"]);
        Assert.True(conditionNumber.ExitCode == 0, conditionNumber.Error);
    }

    [Fact]
    public void A_run_is_counted_once_however_often_it_is_named_or_copied()
    {
        using TemporaryFolder folder = new();
        Train(folder, "deep/er/a0");
        Train(folder, "deep/a1", "--sd", "1");
        Row[] once = Losses(folder["runs/deep/er/a0"], folder["runs/deep/a1"]);
        Assert.Equal(once, Losses(folder["runs"]));
        Assert.Equal(once, Losses(folder["runs/deep/er/a0"], folder["runs/deep/er/a0/"], folder["runs/deep/er/../er/a0"], folder["runs"]));

        Directory.CreateDirectory(folder["runs/copy"]);
        foreach (string file in Directory.GetFiles(folder["runs/deep/er/a0"]))
        {
            File.Copy(file, Path.Combine(folder["runs/copy"], Path.GetFileName(file)));
        }

        Invocation copied = Invocation.Of(
            "plot", "loss", folder["runs"], "--every", "20", "--prompts", "2000", "--out", folder["loss.png"], "--data",
                folder["loss.csv"]);
        Assert.Contains($"{folder["runs/deep/er/a0"]} is the same run as {folder["runs/copy"]}: it is counted once", copied.Error);
        Assert.Equal(once, Table(folder["loss.csv"]));

        Row[] Losses(params string[] runs)
        {
            Invocation invocation =
                Invocation.Of(["plot", "loss", .. runs, "--every", "20", "--prompts", "2000", "--out", folder["loss.png"], "--data",
                    folder["loss.csv"]]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            Assert.Contains("mean of 2 seeds", invocation.Out);
            return Table(folder["loss.csv"]);
        }
    }

    /// <summary>A row of a table of curves; what is missing is NaN.</summary>
    private sealed record Row(int Iteration, string Curve, double Mean, double Deviation, double Error, int Seeds, double PromptError);

    private static Row[] Table(string path) => [.. File.ReadAllLines(path).Skip(1).Select(line =>
    {
        string curve = line.Contains('"', StringComparison.Ordinal) ? line.Split('"')[1] : line.Split(',')[1];
        string[] cells = line.Replace($"\"{curve}\"", curve.Replace(',', ' '), StringComparison.Ordinal).Split(',');
        double[] numbers = [.. cells[2..].Select(text => text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture))];
        return new Row(int.Parse(cells[0], CultureInfo.InvariantCulture), curve, numbers[0], numbers[1], numbers[2], (int)numbers[3],
            numbers.Length > 4 ? numbers[4] : double.NaN);
    })];

    /// <summary>A table's rows of numbers; what is missing is NaN.</summary>
    private static double[][] Numbers(string path)
        => [.. File.ReadAllLines(path).Skip(1)
            .Select(line => line.Split(',').Select(text => text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture))
                .ToArray())];

    [Theory]
    [InlineData("loss", "adam")]
    [InlineData("condition-number", "adam")]
    [InlineData("distance-to-identity", "B0")]
    [InlineData("distance-to-identity", "A1")]
    public void Where_a_run_ended_early_the_others_go_on(string figure, string curve)
    {
        using TemporaryFolder folder = new();
        Train(folder, "a0");
        Train(folder, "a2", "--sd", "2");
        Interrupt(folder, "a1", new TrainingSettings { BatchSize = 50, MaxIterations = Iterations, Seed = 1 }, 25);
        Row[] three = Rows(folder["runs"], out string said);
        Assert.Contains("3 seeds): 1 of 3 runs ended early; after each of them the mean is that of the rest", said);
        Assert.Contains($"{folder["runs/a1"]} is unfinished: it is shown up to iteration 24", said);
        Assert.Equal([3, 3, 3, 2, 2, 2, 2], three.Select(row => row.Seeds));
        Row[][] each = [.. ((string[])["a0", "a1", "a2"]).Select(name => Rows(folder[$"runs/{name}"], out _))];

        // Alone it ends where it ended.
        Assert.Equal([0, 10, 20, 24], each[1].Select(row => row.Iteration));
        Assert.Equal([0, 10, 20, 30, 40, 50, 60], three.Select(row => row.Iteration));
        for (int i = 0; i < 7; i++)
        {
            Assert.Equal(each.Where(rows => i < 3 || rows.Length == 7).Average(rows => rows[i].Mean), three[i].Mean, 1e-9 * three[i].Mean);
        }

        Row[] Rows(string run, out string error)
        {
            string[] prompts = figure == "loss" ? ["--prompts", "2000"] : [];
            Invocation invocation =
                Invocation.Of(["plot", figure, run, "--every", "10", .. prompts, "--out", folder["figure.png"], "--data",
                    folder["data.csv"]]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            error = invocation.Error;
            return [.. Table(folder["data.csv"]).Where(row => row.Curve.StartsWith(curve, StringComparison.Ordinal))];
        }
    }

    private static void Interrupt(TemporaryFolder folder, string name, TrainingSettings settings, int iterations)
    {
        using CancellationTokenSource stop = new();
        using RunDirectory directory = RunDirectory.Open(folder[$"runs/{name}"], settings);
        RecordedRun.Continue<float>(directory, onIteration: (done, _) =>
        {
            if (done == iterations)
            {
                stop.Cancel();
            }
        }, stop: stop.Token);
    }

    [Fact]
    public void What_is_in_the_history_is_shown_to_its_end()
    {
        using TemporaryFolder folder = new();
        Train(folder, "coarse", "--hist-stride", "40");
        Assert.Equal([0, 60], Rows("--every", "60"));
        Assert.Equal([0, 40, 60], Rows("--every", "40"));
        Assert.Equal([0, 60], Rows());
        Assert.Equal([0, 40], Rows("--every", "40", "--max-iters", "60"));

        int[] Rows(params string[] options)
        {
            Invocation invocation =
                Invocation.Of(["plot", "loss", folder["runs"], "--prompts", "100", .. options, "--out", folder["figure.svg"], "--data",
                    folder["data.csv"]]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            return [.. Table(folder["data.csv"]).Select(row => row.Iteration)];
        }
    }

    [Fact]
    public void Floors_are_those_of_the_runs_own_settings()
    {
        using TemporaryFolder folder = new();
        Train(folder, "one", "--n-layer", "1", "--noise", "0.5");
        Train(folder, "tied", "--tied", "--zero-p");
        Assert.Matches("Best linear layer, least loss +1[.]1905", Plot("one", "loss", "--prompts", "300"));
        Assert.Matches("P = 0, one step size, least loss +0[.]26834", Plot("tied", "batch-loss"));
        Assert.Matches("(?s)noise 0[.]5[^\n]*, Best linear layer, least loss.*P = 0, one step size, least loss", Plot("", "batch-loss"));
        Assert.Contains("--floors is there: it must be left out: sharpness does not depend on it", Invocation.Of(
            "plot", "sharpness", folder["runs/one"], "--floors").Error);

        string Plot(string run, params string[] options)
        {
            Invocation invocation = Invocation.Of(
                ["plot", options[0], folder["runs/" + run], .. options[1..], "--every", "60", "--floors", "--out", folder["figure.svg"]]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            return invocation.Out;
        }
    }

    [Theory]
    [InlineData("", 125, "layer 0,layer 1,layer 2", "B0,A0,B1,A1,A2")]
    [InlineData("--n-head 2 --n-layer 2", 150, "layer 0,layer 1", "B0 head 1,A0 head 1,B0 head 2,A0 head 2,A1 head 1,A1 head 2")]
    [InlineData("--tied --parameters diagonal", 10, "all layers", "B,A")]
    [InlineData("--parameters separate:2 --n-layer 2", 65, "layer 0,layer 1", "value0,query0,query1,key0,key1")]
    [InlineData("--parameters isotropic --n-layer 2", 7, "layer 0,layer 1", "P0,Q0,P1,Q1")]
    [InlineData("--parameters gd++ --trained-corner --n-layer 2 --n-head 2", 10, "layer 0,layer 1",
        "P0 head 1,Q0 head 1,P0 head 2,Q0 head 2,Q1 head 1,Q1 head 2,corner0 head 1,corner0 head 2,corner1 head 1,corner1 head 2")]
    [InlineData("--model nonlinear-regression --n-layer 1 --hidden 2", 69, "layer 0,mlp.0.weight,mlp.0.bias,mlp.2.weight,mlp.2.bias",
        "P0,Q0,mlp.0.weight,mlp.0.bias,mlp.2.weight,mlp.2.bias")]
    public void The_spectrum_is_that_of_the_Hessian_and_of_its_blocks(string options, int count, string layers, string matrices)
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        (string Block, double Value)[] all = Spectrum("all");
        (string Block, double Value)[] ofLayers = Spectrum("layers");
        (string Block, double Value)[] ofMatrices = Spectrum("matrices");
        Assert.Equal(count, all.Length);
        Assert.Equal(layers.Split(','), ofLayers.Select(row => row.Block).Distinct());
        Assert.Equal(matrices.Split(','), ofMatrices.Select(row => row.Block).Distinct());

        // Blocks along the diagonal have the trace of the whole, and eigenvalues between its least and its largest.
        double scale = all.Max(row => Math.Abs(row.Value));
        foreach ((string Block, double Value)[] blocks in ((string Block, double Value)[][])[ofLayers, ofMatrices])
        {
            Assert.Equal(count, blocks.Length);
            Assert.Equal(all.Sum(row => row.Value), blocks.Sum(row => row.Value), 1e-9 * scale);
            Assert.All(blocks, row => Assert.InRange(row.Value, all[0].Value - (1e-9 * scale), all[^1].Value + (1e-9 * scale)));
        }

        Invocation sharpness = Invocation.Of(
            "plot", "sharpness", folder["runs/run"], "--every", "60", "--out", folder["figure.svg"], "--data", folder["sharpness.csv"]);
        Assert.True(sharpness.ExitCode == 0, sharpness.Error);
        Assert.Equal(double.Parse(File.ReadAllLines(folder["sharpness.csv"])[^1].Split(',')[2], CultureInfo.InvariantCulture),
            all[^1].Value, 1e-4 * scale);

        (string Block, double Value)[] Spectrum(string blocks)
        {
            Invocation plot = Invocation.Of(
                "plot", "spectrum", folder["runs/run"], "--every", "60", "--blocks", blocks, "--out", folder["figure.svg"], "--data",
                folder["data.csv"]);
            Assert.True(plot.ExitCode == 0, plot.Error);
            return [.. File.ReadAllLines(folder["data.csv"]).Skip(1).Select(line => line.Split(',')).Where(cells => cells[0] == "60")
                .Select(cells => (cells[1], double.Parse(cells[3], CultureInfo.InvariantCulture)))];
        }
    }

    [Theory]
    [InlineData("loss")]
    [InlineData("condition-number")]
    [InlineData("distance-to-identity")]
    [InlineData("smoothness")]
    [InlineData("noise")]
    [InlineData("matrices")]
    public void A_run_that_cannot_be_drawn_is_left_out_with_a_line_that_says_why(string figure)
    {
        using TemporaryFolder folder = new();
        Train(folder, "good");
        Assert.Equal(130, Invocation.Of(
            new CancellationToken(canceled: true), "train", "--B", "50", "--sd", "7", "--out", folder["runs/begun"]).ExitCode);
        Directory.CreateDirectory(folder["runs/damaged"]);
        File.WriteAllText(folder["runs/damaged/config.json"], "{");
        string? besides = figure switch
        {
            "condition-number" => "its n-layer is 1",
            "distance-to-identity" => "its model is nonlinear-regression",
            "smoothness" => "its hist-stride is 20",
            _ => null,
        };
        string[] options = figure switch
        {
            "condition-number" => ["--n-layer", "1"],
            "distance-to-identity"
            => ["--model", "nonlinear-regression"],
            _ => ["--hist-stride", "20"]
        };
        if (besides is not null)
        {
            Train(folder, "other", options);
        }

        string[] how = figure switch { "noise" => ["--samples", "20"], "loss" => ["--prompts", "200"], _ => [] };
        Invocation invocation = Invocation.Of(["plot", figure, folder["runs"], .. how, "--out", folder["figure.svg"]]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        string[] left = [.. invocation.Error.Split('\n').Where(line => line.StartsWith("lintf: left out: ", StringComparison.Ordinal))];
        Assert.Equal(besides is null ? 2 : 3, left.Length);
        Assert.Contains($"{folder["runs/begun"]}: nothing is recorded yet", left[0]);
        Assert.Contains(folder["runs/damaged"], left[1]);
        Assert.Contains(besides ?? folder["runs/damaged"], left[^1]);

        // None is left.
        Invocation none = Invocation.Of("plot", figure, folder["runs/begun"], folder["runs/damaged"]);
        Assert.Equal(2, none.ExitCode);
        Assert.Single(none.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void A_run_that_diverged_takes_nothing_from_the_others()
    {
        using TemporaryFolder folder = new();
        Train(folder, "good");
        Assert.Equal(3, Invocation.Of(
            "train", "--B", "50", "--alg", "sgd", "--lr", "1000", "--toclip", "false", "--max-iters", "60", "--out",
                folder["runs/wild"]).ExitCode);
        int diverged = RunDirectory.Load(folder["runs/wild"]).Iteration;
        foreach (string figure in (string[])["loss", "condition-number", "gradient-norm", "sharpness"])
        {
            Invocation invocation =
                Invocation.Of("plot", figure, folder["runs"], "--every", "20", "--out", folder["figure.svg"], "--data", folder["data.csv"]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            Assert.Contains($"{folder["runs/wild"]} diverged at iteration {diverged}: it is shown up to {diverged - 1}", invocation.Error);
            Row[] rows = Table(folder["data.csv"]);
            Assert.Equal([0, 20, 40, 60], rows.Where(row => row.Curve.Contains("alg adam", StringComparison.Ordinal))
                .Select(row => row.Iteration));
            Assert.Equal(((int[])[0, diverged - 1]).Distinct(), rows.Where(row => row.Curve.Contains("alg sgd", StringComparison.Ordinal))
                .Select(row => row.Iteration));
        }
    }

    [Fact]
    public void Noise_that_overflows_is_said_in_a_line()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(3, Invocation.Of(
            "train", "--B", "50", "--n-layer", "20", "--var", "2", "--max-iters", "5", "--out", folder["run"]).ExitCode);
        Invocation invocation = Invocation.Of("plot", "noise", folder["run"], "--samples", "20", "--out", folder["figure.svg"]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Equal($"lintf: {folder["run"]}: the noise of its initial model is not finite; there is no histogram of it",
            invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
    }

    [Fact]
    public void Matrices_of_a_rotated_run_are_shown_in_either_basis_by_head()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", "--covariance", "rotated", "--resample-every", "10", "--n-head", "2");
        History<float> history = RunDirectory.Load(folder["runs/run"]).ReadHistory<float>();
        TrainingSettings settings = RunDirectory.Load(folder["runs/run"]).Settings;
        double[] q = [.. history.At(60).Slice(settings.Shape.OffsetOfQ(1, 1), 25).ToArray().Select(entry => (double)entry)];

        (string Matrix, int Row, int Column, double Entry)[] original = Entries("original");
        Assert.Equal(
            ["B0 head 1", "B0 head 2", "B1 head 1", "B1 head 2", "A0 head 1", "A0 head 2", "A1 head 1", "A1 head 2", "A2 head 1",
                "A2 head 2"],
            original.Select(row => row.Matrix).Distinct());
        Assert.Equal(q, original.Where(row => row.Matrix == "A1 head 2").Select(row => row.Entry));

        (string Matrix, int Row, int Column, double Entry)[] whitened = Entries("whitened");
        Assert.Equal(original.Where(row => row.Matrix[0] == 'B'), whitened.Where(row => row.Matrix[0] == 'B'));
        Covariance covariance = history.Covariance!;
        foreach ((_, int i, int j, double entry) in whitened.Where(row => row.Matrix == "D U' A1 U D head 2"))
        {
            double sum = 0;
            for (int k = 0; k < 25; k++)
            {
                sum += covariance.D[i] * (double)covariance.U[(k / 5 * 5) + i] * q[k] * covariance.U[(k % 5 * 5) + j] * covariance.D[j];
            }

            Assert.Equal(sum, entry, 1e-6);
        }

        Assert.Equal(250, whitened.Length);
        Invocation distances = Invocation.Of("plot", "distance-to-identity", folder["runs"], "--every", "30", "--out", folder["d.svg"]);
        Assert.Contains("D U' A2 U D head 2, distance at iteration 60", distances.Out);
        Assert.Contains("A2 head 2, distance at iteration 60",
            Invocation.Of("plot", "distance-to-identity", folder["runs"], "--every", "30", "--basis", "original", "--out",
                folder["d.svg"]).Out);

        (string, int, int, double)[] Entries(string basis)
        {
            Invocation invocation =
                Invocation.Of("plot", "matrices", folder["runs"], "--basis", basis, "--out", folder["m.svg"], "--data", folder["m.csv"]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            Assert.Contains(basis == "original" ? "in the basis of the covariates: every matrix as it is"
                : "in the whitened basis: every A as D Uᵀ A U D, every B as it is", invocation.Out);
            return [.. File.ReadAllLines(folder["m.csv"]).Skip(1).Select(line => line.Split(',')).Select(cells => (
                cells[0], int.Parse(cells[1], CultureInfo.InvariantCulture), int.Parse(cells[2], CultureInfo.InvariantCulture),
                    double.Parse(cells[3], CultureInfo.InvariantCulture)))];
        }
    }

    [Theory]
    [InlineData("--tied", "B tied,A tied", "Tied: all 3 layers have these matrices.")]
    [InlineData("--tied --zero-p --parameters diagonal", "A tied", "Tied: all 3 layers have these matrices.")]
    [InlineData("--tied --n-head 2 --parameters separate:2", "B head 1 tied,B head 2 tied,A head 1 tied,A head 2 tied", "Tied: all 3")]
    [InlineData("--parameters separate", "B0,B1,A0,A1,A2", "Iteration 60.")]
    [InlineData("--parameters full --covariance rotated", "P0,P1,P2,D U' Q0 U D,D U' Q1 U D,D U' Q2 U D", "(labels as they are)")]
    public void Matrices_are_those_that_act_and_tied_ones_are_shown_once(string options, string names, string caption)
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", options.Split(' '));
        Invocation invocation = Invocation.Of("plot", "matrices", folder["runs"], "--out", folder["m.svg"], "--data", folder["m.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains(caption, invocation.Out);
        string[][] rows = [.. File.ReadAllLines(folder["m.csv"]).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(names.Split(','), rows.Select(row => row[0]).Distinct());

        // What acts, from the parameters: the last layer's Q̂, or its whitened corner, whose labels stay as they are.
        TrainingSettings settings = RunDirectory.Load(folder["runs/run"]).Settings;
        History<float> history = RunDirectory.Load(folder["runs/run"]).ReadHistory<float>();
        float[] matrices = ((LinearTransformerModel)settings.Model).Matrices(settings.Sizes, history.At(60));
        float[] last = matrices[^(rows.Length / names.Split(',').Length)..];
        Assert.Equal(last[^1], double.Parse(rows[^1][^1], CultureInfo.InvariantCulture), options.Contains("rotated") ? 1e-7 : 0);
        Invocation distances = Invocation.Of("plot", "distance-to-identity", folder["runs"], "--out", folder["d.svg"]);
        if (options.Contains("full"))
        {
            Assert.Equal(2, distances.ExitCode);
            Assert.Contains("its matrices have a row for labels", distances.Error);
        }
        else
        {
            Assert.All(names.Split(','), name => Assert.Contains($"{name}, distance at iteration 60", distances.Out));
        }
    }

    [Fact]
    public void Multiples_of_the_identity_have_no_distances_to_it()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", "--parameters", "gd++");
        Invocation invocation = Invocation.Of("plot", "distance-to-identity", folder["runs"], "--out", folder["d.svg"]);
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains("its matrices are multiples of the identity, by its parameters gd++: every distance is 0", invocation.Error);
    }

    [Fact]
    public void The_full_matrices_of_nonlinear_regression_are_shown_under_their_names()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", "--model", "nonlinear-regression");
        Invocation invocation = Invocation.Of("plot", "matrices", folder["runs"], "--out", folder["m.svg"], "--data", folder["m.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        string[][] rows = [.. File.ReadAllLines(folder["m.csv"]).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(["P0", "P1", "P2", "Q0", "Q1", "Q2"], rows.Select(row => row[0]).Distinct());
        RunDirectory run = RunDirectory.Load(folder["runs/run"]);
        Assert.Equal(
            run.ReadHistory<float>().At(60)
                .Slice(((NonlinearRegressionModel)run.Settings.Model).Shape(run.Settings.Sizes).OffsetOfQ(2, 0), 36).ToArray(),
            rows.Where(row => row[0] == "Q2").Select(row => float.Parse(row[3], CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void Steps_too_short_for_single_precision_are_measured_in_double()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", "--alg", "sgd", "--lr", "1e-9", "--precision", "double");
        Invocation invocation =
            Invocation.Of("plot", "smoothness", folder["runs/run"], "--out", folder["figure.png"], "--data", folder["data.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);

        TrainingSettings settings = new() { BatchSize = 50, MaxIterations = Iterations };
        History<double> history = History<double>.Read(folder["runs/run/history.safetensors"], settings.Shape);
        PromptBatch batch = new(settings.Prompts(null));
        batch.Draw(new TorchStream(99));
        GramStatistics<double> test = new(50, 5);
        test.Compute(batch);
        double[] step = new double[settings.Shape.ParameterCount];
        for (int i = 0; i < step.Length; i++)
        {
            step[i] = history.At(11)[i] - history.At(10)[i];
        }

        Assert.Equal(new Curvature<double>(BatchLoss<double>.Of(settings.Shape, test)).Along(history.At(10), step),
            Numbers(folder["data.csv"])[10][2], 1e-9);
    }

    [Fact]
    public void Condition_numbers_are_those_of_the_Hessian_on_the_test_batch_of_each_group()
    {
        using TemporaryFolder folder = new();
        Train(folder, "n20");
        Train(folder, "n5", "--N", "5");
        Invocation invocation =
            Invocation.Of("plot", "condition-number", folder["runs"], "--every", "30", "--out", folder["figure.png"], "--data",
                folder["data.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Row[] rows = Table(folder["data.csv"]);
        Assert.Equal([(0, "N 20"), (30, "N 20"), (60, "N 20"), (0, "N 5"), (30, "N 5"), (60, "N 5")],
            rows.Select(row => (row.Iteration, row.Curve)));
        foreach ((string name, int n) in ((string, int)[])[("n20", 20), ("n5", 5)])
        {
            TrainingSettings settings = new() { BatchSize = 50, ContextLength = n };
            PromptBatch batch = new(settings.Prompts(null));
            batch.Draw(new TorchStream(99));
            GramStatistics<float> test = new(50, 5);
            test.Compute(batch);
            History<float> history = History<float>.Read(folder[$"runs/{name}/history.safetensors"], settings.Shape);
            foreach (Row row in rows.Where(row => row.Curve == $"N {n}"))
            {
                double[] diagonal = new Curvature<float>(BatchLoss<float>.Of(settings.Shape, test)).Diagonal(history.At(row.Iteration));
                double[] sizes = [.. diagonal.Select(Math.Abs).Order()];
                Assert.Equal(sizes[^1] / sizes[(sizes.Length - 1) / 2], row.Mean, 1e-6 * row.Mean);
                Assert.Equal((1, double.NaN), (row.Seeds, row.Deviation));
            }
        }
    }

    [Fact]
    public void Matrices_held_at_zero_are_not_shown_and_many_layers_are_counted_on()
    {
        using TemporaryFolder folder = new();
        Train(folder, "zero", "--zero-p");
        Assert.Equal(["A0", "A1", "A2"], Names("matrices", "zero", 0));
        Assert.Equal(["A0", "A1", "A2"], Names("distance-to-identity", "zero", 1));
        Train(folder, "deep", "--n-layer", "12", "--var", "1e-4", "--lr", "1e-6");
        Assert.Equal(["A9", "A10", "A11"], Names("matrices", "deep", 0)[^3..]);

        string[] Names(string figure, string run, int column)
        {
            Invocation invocation =
                Invocation.Of("plot", figure, folder[$"runs/{run}"], "--out", folder["figure.png"], "--data", folder["data.csv"]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            return [.. File.ReadAllLines(folder["data.csv"]).Skip(1).Select(line => line.Split(',')[column]).Distinct()];
        }
    }

    [Fact]
    public void An_interrupted_plot_exits_with_130_and_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run");
        Invocation invocation =
            Invocation.Of(new CancellationToken(canceled: true), "plot", "condition-number", folder["runs"], "--every", "20", "--out",
                folder["figure"]);
        Assert.Equal(130, invocation.ExitCode);
        Assert.Equal("lintf: interrupted before it was done", invocation.Error.TrimEnd());
        Assert.False(File.Exists(folder["figure.png"]));
    }

    [Fact]
    public void A_run_that_was_stopped_before_its_first_iteration_has_nothing_to_show()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(130, Invocation.Of(new CancellationToken(canceled: true), "train", "--B", "50", "--out", folder["run"]).ExitCode);
        foreach (string figure in (string[])
            ["loss", "noise", "condition-number", "smoothness", "spectrum", "matrices", "distance-to-identity"])
        {
            Invocation invocation = Invocation.Of("plot", figure, folder["run"], "--out", folder["figure"]);
            Assert.Equal(2, invocation.ExitCode);
            Assert.Contains($"{folder["run"]}: nothing is recorded yet", invocation.Error);
        }
    }

    [Fact]
    public void A_run_whose_first_gradient_is_not_finite_is_refused_in_a_line()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(3, Invocation.Of(
            "train", "--n-layer", "20", "--var", "2", "--B", "50", "--max-iters", "3", "--out", folder["run"]).ExitCode);
        foreach (string figure in (string[])
            ["loss", "noise", "condition-number", "smoothness", "spectrum", "matrices", "distance-to-identity"])
        {
            Invocation invocation = Invocation.Of("plot", figure, folder["run"], "--samples", "20", "--out", folder["figure"]);
            invocation = invocation.Error.Contains("--samples is 20", StringComparison.Ordinal)
                ? Invocation.Of("plot", figure, folder["run"], "--out", folder["figure"]) : invocation;
            Assert.True(invocation.ExitCode is 0 or 2, invocation.Error);
            Assert.DoesNotContain("unforeseen", invocation.Error);
            int said = invocation.Error.Split('\n').Count(line => line.StartsWith("lintf: ", StringComparison.Ordinal));
            Assert.True(invocation.ExitCode == 0 || said == 1, invocation.Error);
        }

        Invocation noise = Invocation.Of("plot", "noise", folder["run"], "--samples", "20", "--out", folder["figure"]);
        Assert.Equal(2, noise.ExitCode);
        Assert.Contains($"lintf: {folder["run"]}: the noise of its initial model is not finite", noise.Error);
    }

    [Fact]
    public void What_cannot_be_drawn_is_said_in_a_line()
    {
        using TemporaryFolder folder = new();
        Train(folder, "coarse", "--hist-stride", "30");
        Train(folder, "other", "--sd", "5");
        Directory.CreateDirectory(folder["empty"]);
        Refused("there is no figure losses: it must be one of loss, noise", "losses", folder["runs"]);
        Refused("there is no folder", "loss", folder["nowhere"]);
        Refused("config.json is a file: it must be a run's", "loss", folder["runs/other/config.json"]);
        Refused("a run's folder is empty: it must be a run's", "loss", "");
        Refused("--every is 5: it must be left out: matrices does not depend on it", "matrices", folder["runs/other"], "--every", "5");
        Refused("--samples is 9: it must be left out: loss does not depend on it", "loss", folder["runs/other"], "--samples", "9");
        Refused("--samples is 7: it must be at least 8", "noise", folder["runs/other"], "--samples", "7");
        Refused("shows one run, and there are 2", "matrices", folder["runs"]);
        Refused("its hist-stride is 30; smoothness needs every iterate", "smoothness", folder["runs/coarse"]);
        Refused("--prompts is 9: it must be left out: matrices does not depend on it", "matrices", folder["runs/other"], "--prompts", "9");
        Refused("--protocol is original: it must be left out: condition-number does not depend on it", "condition-number",
            folder["runs/other"], "--protocol", "original");
        Refused("--prompts is 9: it must be left out with protocol original, whose batch has the run's B", "loss", folder["runs/other"],
            "--prompts", "9", "--protocol", "original");
        Refused("--prompts is 0: it must be at least 1", "loss", folder["runs/other"], "--prompts", "0");
        Refused("--prompts is 2000000000: it must be from 1 to 100000000", "loss", folder["runs/other"], "--prompts", "2000000000");
        Refused("--protocol is published: it must be fair or original", "loss", folder["runs/other"], "--protocol", "published");
        Refused("--basis is wide: it must be whitened or original", "matrices", folder["runs/other"], "--basis", "wide");
        Refused("holds no two multiples of 10 iterations below 10 (hist-stride 1); it ends at 60: choose another --every or --max-iters",
            "loss", folder["runs/other"], "--every", "10", "--max-iters", "10");
        Refused("--every is 0: it must be at least 1", "loss", folder["runs"], "--every", "0");
        Refused("--out is empty", "loss", folder["runs"], "--out", "");
        Train(folder, "shallow", "--n-layer", "1");
        Refused("its n-layer is 1; half of the Hessian's diagonal is then zero", "condition-number", folder["runs/shallow"]);
        Train(folder, "heads", "--n-head", "2");
        RecordedRun.Continue<float>(RunDirectory.Open(
            folder["runs/nonlinear"], new TrainingSettings { Model = new NonlinearRegressionModel(), BatchSize = 20, MaxIterations = 3 }));
        Refused("its model is nonlinear-regression; distances to the identity are shown of the linear transformer", "distance-to-identity",
            folder["runs/nonlinear"]);
        Refused("distance-to-identity shows runs that differ in their seeds only", "distance-to-identity", folder["runs/heads"],
            folder["runs/other"]);
        Refused("holds no run: it must be a run's folder", "loss", folder["empty"]);
        File.WriteAllText(folder["runs/other/config.json"], "{\"lr\": \"fast\"}");
        Refused("config.json is no run's configuration", "loss", folder["runs/other"]);

        static void Refused(string message, params string[] arguments)
        {
            Invocation invocation = Invocation.Of(["plot", .. arguments]);
            Assert.Equal(2, invocation.ExitCode);
            Assert.Contains(message, invocation.Error);
            Assert.Empty(invocation.Out);
        }
    }
}
