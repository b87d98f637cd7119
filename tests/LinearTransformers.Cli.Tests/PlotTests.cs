using System.Globalization;
using System.Text.Json;
using LinearTransformers.Analysis;
using LinearTransformers.Kernels;
using LinearTransformers.Prompts;
using LinearTransformers.Random;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

public class PlotTests
{
    private const int Iterations = 60;

    private static void Train(TemporaryFolder folder, string name, params string[] options)
    {
        Invocation invocation = Invocation.Of(["train", "--B", "50", "--max-iters", $"{Iterations}", "--out", folder[$"runs/{name}"], .. options]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
    }

    [Fact]
    public void Seeds_are_averaged_and_optimizers_kept_apart()
    {
        using TemporaryFolder folder = new();
        Train(folder, "a0", "--alg", "adam", "--sd", "0");
        Train(folder, "a1", "--alg", "adam", "--sd", "1");
        Train(folder, "s0", "--alg", "sgd", "--sd", "0");
        Invocation invocation = Invocation.Of("plot", "loss", folder["runs"], "--every", "20", "--out", folder["loss"], "--data", folder["loss.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains("alg adam", invocation.Out);
        foreach (string ending in (string[])[".png", ".svg", ".pdf"])
        {
            Assert.True(File.Exists(folder["loss"] + ending));
        }

        string[] lines = File.ReadAllLines(folder["loss.csv"]);
        Assert.Equal("iteration,alg adam: mean,alg adam: standard deviation,alg sgd: mean,alg sgd: standard deviation", lines[0]);
        Assert.Equal(4, lines.Length);

        // The same from the histories, without the command's code.
        TrainingSettings settings = new() { BatchSize = 50, MaxIterations = Iterations };
        PromptBatch batch = new(settings.Prompts(null));
        batch.Draw(new TorchStream(99));
        GramStatistics<float> test = new(50, 5);
        test.Compute(batch);
        InContextLoss<float> loss = new(settings.Shape);
        for (int row = 0; row < 3; row++)
        {
            double[] losses = [.. ((string[])["a0", "a1"]).Select(name => loss.Evaluate(
                History<float>.Read(folder[$"runs/{name}/history.safetensors"], settings.Shape).At(20 * row), test))];
            double[] numbers = [.. lines[row + 1].Split(',').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
            Assert.Equal(20 * row, numbers[0]);
            Assert.Equal(losses.Average(), numbers[1], 1e-12);
            Assert.Equal(Math.Abs(losses[0] - losses[1]) / Math.Sqrt(2), numbers[2], 1e-12);
        }
    }

    [Theory]
    [InlineData("noise", "mode", "--samples", "60")]
    [InlineData("condition-number", "robust condition number at iteration 40", "--every", "20")]
    [InlineData("smoothness", "negative curvatures among 60", "--max-iters", "1999")]
    [InlineData("matrices", "A2 at iteration 59", "--threads", "1")]
    [InlineData("distance-to-identity", "B1, distance at iteration 55", "--every", "5")]
    public void Every_figure_can_be_made_of_a_run(string figure, string note, string option, string value)
    {
        using TemporaryFolder folder = new();
        Train(folder, "run");
        Dictionary<string, DateTime> before = Files(folder["runs"]);
        Invocation invocation = Invocation.Of("plot", figure, folder["runs/run"], option, value, "--out", folder["one/figure.svg"], "--data", folder["two/data.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains(note, invocation.Out);
        Assert.StartsWith("<", File.ReadAllText(folder["one/figure.svg"]), StringComparison.Ordinal);
        Assert.Equal(["figure.svg"], Directory.GetFiles(folder["one"]).Select(Path.GetFileName));
        Assert.True(File.ReadAllLines(folder["two/data.csv"]).Length > 2);
        Assert.Equal(before, Files(folder["runs"]));
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
        Assert.Equal(["figure", "files", "numbers"], line.EnumerateObject().Select(property => property.Name));
        Assert.Equal(folder["loss.png"], line.GetProperty("files")[0].GetString());
        Assert.All(line.GetProperty("numbers").EnumerateArray(), number => Assert.Equal(JsonValueKind.Number, number.GetProperty("value").ValueKind));
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
            string[] how = figure switch { "smoothness" => ["--max-iters", "12"], "noise" => ["--samples", "20"], _ => ["--every", "30"] };
            Invocation invocation = Invocation.Of(["plot", figure, folder["runs"], .. how, "--out", folder[figure], "--data", folder[figure + ".csv"]]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
        }

        RunDirectory directory = RunDirectory.Load(folder["runs/run"]);
        TrainingSettings settings = directory.Settings;
        PromptBatch batch = new(settings.Prompts(null));
        batch.Draw(new TorchStream(99));
        TokenBundles<double> tokens = TokenBundles<double>.FromTokens([.. batch.ToTokens().Z.Select(z => (double)z)], [.. batch.ToTokens().Y.Select(y => (double)y)], 50, 20, 5);
        double[] parameters = [.. directory.ReadHistory<float>().At(30).ToArray().Select(p => (double)p)];
        TokenLoss<double> loss = settings.Model is ModelKind.LinearTransformer ? new AttentionLoss<double>(settings.Shape, settings.Activation) : new NonlinearLoss<double>(settings.NonlinearShape);
        double expected = loss.Evaluate(parameters, tokens);
        Assert.Equal(expected, Numbers(folder["loss.csv"])[1][1], 1e-5 * expected);
    }

    [Fact]
    public void A_run_that_diverged_is_drawn_up_to_there_and_said_to_have()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(3, Invocation.Of("train", "--B", "50", "--alg", "sgd", "--lr", "1000", "--toclip", "false", "--max-iters", "60", "--out", folder["runs/run"]).ExitCode);
        Invocation invocation = Invocation.Of("plot", "loss", folder["runs"], "--every", "1", "--out", folder["loss"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Contains("diverged at iteration", invocation.Error);
        Invocation conditionNumber = Invocation.Of("plot", "condition-number", folder["runs"], "--every", "1", "--out", folder["condition-number"]);
        Assert.True(conditionNumber.ExitCode == 0, conditionNumber.Error);
    }

    [Fact]
    public void A_run_is_counted_once_however_often_it_is_named_or_copied()
    {
        using TemporaryFolder folder = new();
        Train(folder, "deep/er/a0");
        Train(folder, "deep/a1", "--sd", "1");
        double[] once = Losses(folder["runs/deep/er/a0"], folder["runs/deep/a1"]);
        Assert.Equal(once, Losses(folder["runs"]));
        Assert.Equal(once, Losses(folder["runs/deep/er/a0"], folder["runs/deep/er/a0/"], folder["runs/deep/er/../er/a0"], folder["runs"]));

        Directory.CreateDirectory(folder["runs/copy"]);
        foreach (string file in Directory.GetFiles(folder["runs/deep/er/a0"]))
        {
            File.Copy(file, Path.Combine(folder["runs/copy"], Path.GetFileName(file)));
        }

        Invocation copied = Invocation.Of("plot", "loss", folder["runs"], "--every", "20", "--out", folder["loss.png"], "--data", folder["loss.csv"]);
        Assert.Contains($"{folder["runs/deep/er/a0"]} is the same run as {folder["runs/copy"]}: it is counted once", copied.Error);
        Assert.Equal(once, Numbers(folder["loss.csv"])[^1]);

        double[] Losses(params string[] runs)
        {
            Invocation invocation = Invocation.Of(["plot", "loss", .. runs, "--every", "20", "--out", folder["loss.png"], "--data", folder["loss.csv"]]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            Assert.Contains("mean of 2 seeds", invocation.Out);
            return Numbers(folder["loss.csv"])[^1];
        }
    }

    /// <summary>A table's rows; what is missing is NaN.</summary>
    private static double[][] Numbers(string path)
        => [.. File.ReadAllLines(path).Skip(1).Select(line => line.Split(',').Select(text => text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture)).ToArray())];

    [Theory]
    [InlineData("loss", 1)]
    [InlineData("distance-to-identity", 1)]
    [InlineData("distance-to-identity", 3)]
    public void Where_a_run_ended_early_the_others_go_on(string figure, int column)
    {
        using TemporaryFolder folder = new();
        Train(folder, "a0");
        Train(folder, "a2", "--sd", "2");
        using (CancellationTokenSource stop = new())
        {
            using RunDirectory directory = RunDirectory.Open(folder["runs/a1"], new TrainingSettings { BatchSize = 50, MaxIterations = Iterations, Seed = 1 });
            RecordedRun.Continue<float>(directory, onIteration: (done, _) =>
            {
                if (done == 25)
                {
                    stop.Cancel();
                }
            }, stop: stop.Token);
        }

        double[] three = Column(folder["runs"], out string said);
        Assert.Contains("3 seeds): 1 of 3 runs ended early; after each of them the mean is that of the rest", said);
        Assert.Contains($"{folder["runs/a1"]} is unfinished", said);
        double[][] each = [.. ((string[])["a0", "a1", "a2"]).Select(name => Column(folder[$"runs/{name}"], out _))];
        Assert.Equal([6, 3, 6], each.Select(values => values.Length));
        for (int i = 0; i < 6; i++)
        {
            Assert.Equal(each.Where(values => i < values.Length).Average(values => values[i]), three[i], 1e-12);
        }

        double[] Column(string run, out string error)
        {
            Invocation invocation = Invocation.Of("plot", figure, run, "--every", "10", "--out", folder["figure.png"], "--data", folder["data.csv"]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            error = invocation.Error;
            return [.. Numbers(folder["data.csv"]).Select(row => row[column])];
        }
    }

    [Fact]
    public void Steps_too_short_for_single_precision_are_measured_in_double()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run", "--alg", "sgd", "--lr", "1e-9", "--precision", "double");
        Invocation invocation = Invocation.Of("plot", "smoothness", folder["runs/run"], "--out", folder["figure.png"], "--data", folder["data.csv"]);
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

        Assert.Equal(new Curvature<double>(BatchLoss<double>.Of(settings.Shape, test)).Along(history.At(10), step), Numbers(folder["data.csv"])[10][2], 1e-9);
    }

    [Fact]
    public void Condition_numbers_are_those_of_the_Hessian_on_the_test_batch_of_each_group()
    {
        using TemporaryFolder folder = new();
        Train(folder, "n20");
        Train(folder, "n5", "--N", "5");
        Invocation invocation = Invocation.Of("plot", "condition-number", folder["runs"], "--every", "30", "--out", folder["figure.png"], "--data", folder["data.csv"]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        Assert.Equal("iteration,N 20: mean,N 20: standard deviation,N 5: mean,N 5: standard deviation", File.ReadLines(folder["data.csv"]).First());
        double[][] rows = Numbers(folder["data.csv"]);
        Assert.Equal([0, 30], rows.Select(row => row[0]));
        foreach ((string name, int n, int column) in ((string, int, int)[])[("n20", 20, 1), ("n5", 5, 3)])
        {
            TrainingSettings settings = new() { BatchSize = 50, ContextLength = n };
            PromptBatch batch = new(settings.Prompts(null));
            batch.Draw(new TorchStream(99));
            GramStatistics<float> test = new(50, 5);
            test.Compute(batch);
            History<float> history = History<float>.Read(folder[$"runs/{name}/history.safetensors"], settings.Shape);
            foreach (double[] row in rows)
            {
                double[] diagonal = new Curvature<float>(BatchLoss<float>.Of(settings.Shape, test)).Diagonal(history.At((int)row[0]));
                double[] sizes = [.. diagonal.Select(Math.Abs).Order()];
                Assert.Equal(sizes[^1] / sizes[(sizes.Length - 1) / 2], row[column], 1e-6 * row[column]);
                Assert.Equal(0, row[column + 1]);
            }
        }
    }

    [Fact]
    public void Matrices_held_at_zero_are_not_shown_and_many_layers_are_counted_on()
    {
        using TemporaryFolder folder = new();
        Train(folder, "zero", "--zero-p");
        Assert.Equal("A0,A1,A2", Header("matrices", "zero"));
        Assert.Equal("iteration,A0: mean,A0: standard deviation,A1: mean,A1: standard deviation,A2: mean,A2: standard deviation", Header("distance-to-identity", "zero"));
        Train(folder, "deep", "--n-layer", "12", "--var", "1e-4", "--lr", "1e-6");
        Assert.EndsWith("A9,A10,A11", Header("matrices", "deep"), StringComparison.Ordinal);

        string Header(string figure, string run)
        {
            Invocation invocation = Invocation.Of("plot", figure, folder[$"runs/{run}"], "--out", folder["figure.png"], "--data", folder["data.csv"]);
            Assert.True(invocation.ExitCode == 0, invocation.Error);
            return File.ReadLines(folder["data.csv"]).First();
        }
    }

    [Fact]
    public void An_interrupted_plot_exits_with_130_and_leaves_nothing()
    {
        using TemporaryFolder folder = new();
        Train(folder, "run");
        Invocation invocation = Invocation.Of(new CancellationToken(canceled: true), "plot", "condition-number", folder["runs"], "--every", "20", "--out", folder["figure"]);
        Assert.Equal(130, invocation.ExitCode);
        Assert.Equal("lintf: interrupted; nothing was drawn", invocation.Error.TrimEnd());
        Assert.False(File.Exists(folder["figure.png"]));
    }

    [Fact]
    public void A_run_that_was_stopped_before_its_first_iteration_has_nothing_to_show()
    {
        using TemporaryFolder folder = new();
        Assert.Equal(130, Invocation.Of(new CancellationToken(canceled: true), "train", "--B", "50", "--out", folder["run"]).ExitCode);
        foreach (string figure in (string[])["loss", "noise", "condition-number", "smoothness", "matrices", "distance-to-identity"])
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
        Assert.Equal(3, Invocation.Of("train", "--n-layer", "20", "--var", "2", "--B", "50", "--max-iters", "3", "--out", folder["run"]).ExitCode);
        foreach (string figure in (string[])["loss", "noise", "condition-number", "smoothness", "matrices", "distance-to-identity"])
        {
            Invocation invocation = Invocation.Of("plot", figure, folder["run"], "--samples", "20", "--out", folder["figure"]);
            invocation = invocation.Error.Contains("--samples is 20", StringComparison.Ordinal) ? Invocation.Of("plot", figure, folder["run"], "--out", folder["figure"]) : invocation;
            Assert.True(invocation.ExitCode is 0 or 2, invocation.Error);
            Assert.DoesNotContain("unforeseen", invocation.Error);
            Assert.True(invocation.ExitCode == 0 || invocation.Error.Count(character => character == '\n') == 1, invocation.Error);
        }

        Invocation noise = Invocation.Of("plot", "noise", folder["run"], "--samples", "20", "--out", folder["figure"]);
        Assert.Equal(2, noise.ExitCode);
        Assert.Contains($"noise cannot be drawn of {folder["run"]}: what it is made of is not finite", noise.Error);
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
        Refused("shows one run, and there are 2", "smoothness", folder["runs"]);
        Refused("its hist-stride is 30; smoothness needs every iterate", "smoothness", folder["runs/coarse"]);
        Refused("holds no two multiples of 50 iterations (hist-stride 30)", "loss", folder["runs/coarse"]);
        Refused("holds no two multiples of 10 iterations below 10 (hist-stride 1); it ends at 60: choose another --every or --max-iters", "loss", folder["runs/other"], "--every", "10", "--max-iters", "10");
        Refused("--every is 0: it must be at least 1", "loss", folder["runs"], "--every", "0");
        Refused("--out is empty", "loss", folder["runs"], "--out", "");
        Train(folder, "shallow", "--n-layer", "1");
        Refused("its n-layer is 1; half of the Hessian's diagonal is then zero", "condition-number", folder["runs/shallow"]);
        Train(folder, "heads", "--n-head", "2");
        Refused("its n-head is 2; matrices are shown of runs with n-head 1", "matrices", folder["runs/heads"]);
        RecordedRun.Continue<float>(RunDirectory.Open(
            folder["runs/nonlinear"], new TrainingSettings { Model = ModelKind.NonlinearRegression, BatchSize = 20, MaxIterations = 3 }));
        Refused("its model is nonlinear-regression; matrices are shown of the linear transformer", "matrices", folder["runs/nonlinear"]);
        Refused("distance-to-identity shows runs that differ in their seeds only", "distance-to-identity", folder["runs/heads"], folder["runs/other"]);
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
