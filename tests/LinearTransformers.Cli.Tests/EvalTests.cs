using System.Globalization;
using System.Text.Json;

namespace LinearTransformers.Cli.Tests;

public sealed class EvalTests : IDisposable
{
    private static readonly string[] Keys =
    [
        "run", "iteration", "method", "layer", "family", "weight", "N", "d", "noise", "noiseLaw", "covariates", "covariance", "tasks",
        "taskCovariance", "xScale", "prompts", "loss", "standardError", "exact", "difference", "differenceError", "predictionDifference",
        "predictionDifferenceError", "sensitivityDifference", "sensitivityDifferenceError", "cosine", "cosineError",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A layer that was trained for a while only, elsewhere than where it is tested: the exact loss is no optimum.</summary>
    [Theory]
    [InlineData("", "--N 4,8,30 --noise 0,1,uniform:2")]
    [InlineData("", "--covariance spectrum:3,1,0.5 --task-covariance identity --N 8,12 --noise 0.5")]
    [InlineData("", "--covariance spectrum:3,1,0.5,ar:0.7")]
    [InlineData("", "--tasks sparse:1,sphere,pool:3:2 --x-scale 0.5,1.5 --noise 0.3")]
    [InlineData("--covariance rotated", "--x-scale 1,2 --N 9")]
    [InlineData("--covariance rotated --task-covariance identity --parameters gd++", "--x-scale 0.7")]
    [InlineData("--covariance spectrum:2,1,0.25 --noise 1 --parameters separate:2", "--noise 0.1,2")]
    [InlineData("--n-head 2 --tied", "--N 5,50")]
    [InlineData("--parameters isotropic --n-head 2", "--N 5,50 --noise 0.5")]
    [InlineData("--parameters separate:1 --n-head 2 --trained-corner", "--covariance spectrum:3,1,0.5")]
    public void The_loss_of_one_layer_is_the_exact_one_wherever_it_is_tested(string training, string test)
    {
        Train("one", $"--n-layer 1 {training}");
        JsonElement[] rows = Eval($"one --baselines none --no-floors --prompts 40000 {test}");
        Assert.All(rows, row =>
        {
            double loss = Number(row, "loss");
            double exact = Number(row, "exact");
            double error = Number(row, "standardError");
            Assert.True(Math.Abs(loss - exact) < 4.5 * error, $"{loss} ± {error} and exactly {exact}: {row}");
            Assert.True(error < 0.05 * exact);
        });
        Assert.Equal(
            test.Split("--", StringSplitOptions.RemoveEmptyEntries).Aggregate(1, (product, option) => product * Count(option)),
            rows.Length);

        // Numbers behind a colon are one value's.
        static int Count(string option) => option.Trim().Split(' ')[1].Split(',')
            .Aggregate((Count: 0, IsPart: false), (at, piece) => double.TryParse(piece, CultureInfo.InvariantCulture, out _) && at.IsPart
                ? at : (at.Count + 1, piece.Contains(':', StringComparison.Ordinal))).Count;
    }

    [Fact]
    public void Algorithms_on_the_same_prompts_have_their_exact_losses_and_small_errors_of_differences()
    {
        Train("three", "--n-layer 2 --noise 0.5 --max-iters 400 --B 1000");
        JsonElement[] rows = Eval("three --N 20 --layers --prompts 40000 --tuned training --baselines gd,ols,ridge-known,ridge,bayes");
        JsonElement model = rows.Single(row => Text(row, "method") == "model" && Number(row, "layer") == 2);
        Assert.Equal(JsonValueKind.Null, model.GetProperty("difference").ValueKind);
        foreach ((string method, string family) in (ReadOnlySpan<(string, string)>)
            [("ols", "least-squares"), ("ridge-known", "ridge"), ("bayes", "ridge")])
        {
            JsonElement row = rows.Single(row => Text(row, "method") == method);
            JsonElement floor = rows.Single(row => Text(row, "method") == "floor" && Text(row, "family") == family);
            Assert.Equal(Number(floor, "loss"), Number(row, "loss"), 4.5 * Number(row, "standardError"));
            Assert.Equal(Number(row, "loss") - Number(model, "loss"), Number(row, "difference"), 1e-12);
            double apart = Math.Sqrt(Math.Pow(Number(row, "standardError"), 2) + Math.Pow(Number(model, "standardError"), 2));
            Assert.True(Number(row, "differenceError") < apart, row.ToString());
        }

        Assert.Equal(["1", "2"], rows.Where(row => Text(row, "method") == "gd").Select(row => row.GetProperty("layer").GetRawText()));
        Assert.All(rows, row => Assert.Equal(Keys, row.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public void Losses_are_those_that_figures_show()
    {
        Train("run", "--max-iters 60 --hist-stride 20 --covariance rotated");
        Invocation plot = Invocation.Of(
            "plot", "loss", _folder["run"], "--every", "20", "--prompts", "3000", "--out", _folder["loss.svg"], "--data",
            _folder["loss.csv"]);
        Assert.True(plot.ExitCode == 0, plot.Error);
        string[] means = [.. File.ReadAllLines(_folder["loss.csv"]).Skip(1).Select(line => line.Split(',')[2])];
        JsonElement[] rows = Eval("run --at all --prompts 3000 --no-floors --baselines none");
        Assert.Equal(means, rows.Select(row => row.GetProperty("loss").GetRawText()));
        Assert.Equal(
            [0, 60], Eval("run --at last,0 --prompts 100 --no-floors --baselines none").Select(row => (int)Number(row, "iteration")));
    }

    [Fact]
    public void A_model_that_is_GD_plus_plus_agrees_with_it_and_others_lie_between()
    {
        Train("own", "--parameters gd++ --n-layer 2 --max-iters 1500 --B 2000 --N 12 --schedule cosine");
        Train("full", "--parameters full --n-layer 2 --max-iters 60 --N 12");
        JsonElement[] rows = Eval("own full --compare --layers --prompts 8000 --no-floors --baselines gd,gd++,ols");
        JsonElement same = rows.Single(row => Of(row, "own", "gd++") && Number(row, "layer") == 2);
        Assert.True(Number(same, "cosine") > 0.995, $"{Number(same, "cosine")}");
        Assert.True(Number(same, "predictionDifference") < 0.1, $"{Number(same, "predictionDifference")}");
        JsonElement other = rows.Single(row => Of(row, "own", "gd") && Number(row, "layer") == 2);
        Assert.True(Number(other, "cosine") < 0.99, other.ToString());

        // Of one layer all predict along the same vector.
        Assert.Equal(1, Number(rows.Single(row => Of(row, "own", "gd") && Number(row, "layer") == 1), "cosine"), 1e-6);
        foreach (string run in (string[])["own", "full"])
        {
            JsonElement[] between = [.. rows.Where(row => Of(row, run, "interpolated"))];
            double model = Number(rows.Single(row => Of(row, run, "model") && Number(row, "layer") == 2), "loss");
            double constructed = Number(rows.Single(row => Of(row, run, "gd++") && Number(row, "layer") == 2), "loss");
            Assert.Equal(11, between.Length);
            Assert.Equal(model, Number(between[0], "loss"), 1e-5 * model);
            Assert.Equal(constructed, Number(between[^1], "loss"), 1e-5 * constructed);
        }

        static bool Of(JsonElement row, string run, string method)
            => Path.GetFileName(Text(row, "run")) == run && Text(row, "method") == method;
    }

    [Theory]
    [InlineData("--activation softmax --n-layer 2")]
    [InlineData("--model nonlinear-regression --n-layer 1 --hidden 4")]
    [InlineData("--covariance random:exponential --noise 1")]
    [InlineData("--covariates gamma --N 30")]
    [InlineData("--labels network")]
    [InlineData("--precision double --parameters diagonal")]
    public void Any_model_and_prompts_are_evaluated_with_the_same_bits_on_any_number_of_threads(string training)
    {
        Train("any", training + " --max-iters 20");
        string[] once = [.. Eval("any --compare --layers --prompts 1000 --N 5,9 --threads 1").Select(row => row.ToString())];
        Assert.Equal(once, Eval("any --compare --layers --prompts 1000 --N 5,9 --threads 3").Select(row => row.ToString()));
        Assert.Contains(once, row => row.Contains("\"cosine\":0.", StringComparison.Ordinal)
            || row.Contains("\"cosine\":-0.", StringComparison.Ordinal));
    }

    [Fact]
    public void Tables_are_tidy_and_can_be_drawn()
    {
        Train("run", "--max-iters 40 --noise 0.5");
        string csv = _folder["eval.csv"];
        Invocation eval = Invocation.Of(
            "eval", _folder["run"], "--prompts", "500", "--csv", csv, "--no-floors", "--examples", "12", "--baselines", "gd,ridge-known",
            "--html", _folder["eval.html"]);
        Assert.True(eval.ExitCode == 0, eval.Error);
        string page = File.ReadAllText(_folder["eval.html"]);
        Assert.Contains("<svg", page);
        Assert.Equal(1 + (3 * 12), page.Split("<tr>").Length - 1);
        Assert.Equal(Keys, File.ReadLines(csv).First().Split(','));
        Assert.Equal(1 + (3 * 12), File.ReadLines(csv).Count());
        Assert.Contains("ridge-known", eval.Out);
        Invocation plot = Invocation.Of(
            "plot", "eval", csv, "--where", "method=model,gd", "--where", "N=3,5,9", "--out", _folder["eval.svg"], "--data",
            _folder["data.csv"]);
        Assert.True(plot.ExitCode == 0, plot.Error);
        Assert.Equal(1 + (2 * 3), File.ReadLines(_folder["data.csv"]).Count());
        Assert.Contains("ridge-known", Invocation.Of("plot", "eval", csv, "--out", _folder["all.svg"]).Out + File.ReadAllText(
            _folder["all.svg"]));
    }

    [Theory]
    [InlineData("--at 7", "--at is 7: it must be an iteration that the history of")]
    [InlineData("--N 0", "--N is 0")]
    [InlineData("--N 5..1", "--N is 5..1: it must be a range")]
    [InlineData("--N 5 --examples", "--examples is empty: it must be left out with N, which says the same")]
    [InlineData("--examples no", "--examples is no: it must be a whole number")]
    [InlineData("--covariance spectrum:1,2", "--covariance is spectrum:1,2: it must be a list of d = 3 numbers")]
    [InlineData("--x-scale 0", "--x-scale is 0: it must be a positive number")]
    [InlineData("--x-scale 2 --covariance random:exponential", "--x-scale is 2: it must be 1 with a covariance for each prompt")]
    [InlineData("--baselines gd,golf", "--baselines is golf: it must be gd")]
    [InlineData("--prompts 0", "--prompts is 0: it must be at least 1")]
    [InlineData("--tuned there", "--tuned is there: it must be here or training")]
    [InlineData("--d 4", "--d is no option of lintf eval")]
    public void What_cannot_be_evaluated_is_said_in_a_line(string options, string message)
    {
        Train("run", "--max-iters 5");
        Invocation eval = Invocation.Of(["eval", _folder["run"], .. options.Split(' ')]);
        Assert.Equal(2, eval.ExitCode);
        Assert.StartsWith("lintf: " + message, eval.Error);
        Assert.Single(eval.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(eval.Out);
    }

    private void Train(string name, string options)
    {
        // What is given stands behind, and counts.
        Dictionary<string, string> all = new()
        {
            ["--n-layer"] = "1",
            ["--d"] = "3",
            ["--N"] = "8",
            ["--B"] = "200",
            ["--stream"] = "native",
            ["--max-iters"] = "100",
            ["--hist-stride"] = "10",
        };
        string[] words = options.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < words.Length; i++)
        {
            bool hasValue = i + 1 < words.Length && !words[i + 1].StartsWith("--", StringComparison.Ordinal);
            all[words[i]] = hasValue ? words[++i] : "true";
        }

        Invocation invocation = Invocation.Of(
            ["train", "--out", _folder[name], .. all.SelectMany(pair => (string[])[pair.Key, pair.Value])]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
    }

    /// <summary>Rows of runs, by their names, with options behind them.</summary>
    private JsonElement[] Eval(string text)
    {
        string[] words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Invocation invocation = Invocation.Of(
            ["eval", "--json", .. words.TakeWhile(IsRun).Select(name => _folder[name]), .. words.SkipWhile(IsRun)]);
        Assert.True(invocation.ExitCode == 0, invocation.Error);
        return [.. invocation.Lines.Select(line => JsonDocument.Parse(line).RootElement)];

        static bool IsRun(string word) => !word.StartsWith("--", StringComparison.Ordinal);
    }

    private static double Number(JsonElement row, string key) => row.GetProperty(key).GetDouble();

    private static string Text(JsonElement row, string key) => row.GetProperty(key).GetString()!;
}
