namespace LinearTransformers.Cli.Tests;

[Collection(Builds.Name)]
public class SampleTests
{
    private const string OwnParts = "own-parts.cs";
    private const string OwnMeasurement = "own-measurement.cs";

    [Theory]
    [InlineData("simple-demonstration.cs", "A2: first entry ", "20")]
    [InlineData("rotation-demonstration-adam.cs", "D Uᵀ A2 U D: first entry ", "2")]
    [InlineData("rotation-demonstration-adam-p0.cs", "D Uᵀ A2 U D: first entry ", "2")]
    [InlineData("rotation-demonstration-lbfgs.cs", "D Uᵀ A2 U D: first entry ", "2")]
    [InlineData("variable-l.cs", "L = 4: transformer ", "2")]
    [InlineData("variable-n.cs", "N = 20: transformer ", "2")]
    [InlineData("train.cs", "Finished, 21 snapshots of 150 parameters", "20", "run")]
    [InlineData("plot-loss.cs", "Adam: test loss ", "100", "loss")]
    [InlineData("plot-stochastic-noise.cs", "excess kurtosis ", "20", "noise")]
    [InlineData("plot-condition-number.cs", "Adam, iteration 250: ", "251")]
    [InlineData("plot-smoothness-vs-gradnorm.cs", "iteration 19: gradient norm ", "20")]
    [InlineData("nonlinear-regression.cs", "Adam, iteration 4: log loss ", "5")]
    [InlineData("own-baseline.cs", "gradient descent by one over the trace of G", "500")]
    public void Every_sample_runs_as_its_comment_says(string sample, string shows, string iterations, string? output = null)
    {
        using TemporaryFolder folder = new();
        string[] arguments = output is null ? [iterations] : [iterations, folder[output]];
        Assert.Contains(shows, Subprocess.Run(["run", $"samples/{sample}", .. arguments], RepositoryRoot.Path));
    }

    [Fact]
    public void Parts_of_ones_own_work_with_every_command_and_the_plain_program_says_which_it_lacks()
    {
        using TemporaryFolder folder = new();
        string[] train =
        [
            "train", "--covariates", "signs", "--alg", "power:0.7", "--B", "50", "--max-iters", "60", "--out", folder["own"],
        ];
        Assert.Contains("own: 60 iterations in ", Own(train));
        Assert.Contains(", done before, ", Own(train));
        Assert.Contains("test loss at iteration 60", Own("plot", "loss", folder["own"], "--prompts", "1000", "--out", folder["loss.svg"]));
        Assert.Contains(
            "largest parameter at iteration 60", Own("plot", "largest-parameter", folder["own"], "--out", folder["largest.svg"]));
        Assert.Contains("own.html", Own("report", folder["own"], "--out", folder["own.html"]));
        Assert.Contains("--alg <sgd|adam|lbfgs|lion|sign|normalized|power:p>", Own("train", "--help"));

        Assert.Matches("own +finished +60/60 ", Invocation.Of("runs", "list", folder["own"]).Out);
        Assert.Contains("\"alg\": \"power:0.7\"", Invocation.Of("runs", "show", folder["own"]).Out);
        Assert.Equal(0, Invocation.Of("plot", "matrices", folder["own"], "--out", folder["matrices.svg"]).ExitCode);
        Assert.Equal(0, Invocation.Of("report", folder["own"], "--out", folder["plain.html"]).ExitCode);
        Assert.Equal(0, Invocation.Of("export", folder["own"], "--format", "csv", "--out", folder["own.csv"]).ExitCode);
        Invocation loss = Invocation.Of("plot", "loss", folder["own"], "--out", folder["loss.svg"]);
        Assert.Equal(2, loss.ExitCode);
        Assert.Equal(
            "lintf: this program has no covariate law signs: give the command to the program that made the run", loss.Error.TrimEnd());
        Invocation trained = Invocation.Of(train);
        Assert.Equal(2, trained.ExitCode);
        Assert.StartsWith("lintf: --covariates is signs: it must be normal, ", trained.Error, StringComparison.Ordinal);

        static string Own(params string[] arguments)
            => Subprocess.Run(["run", $"samples/{OwnParts}", "--", .. arguments], RepositoryRoot.Path);
    }

    [Fact]
    public void A_measurement_of_ones_own_is_drawn_listed_and_completed_and_the_plain_program_has_none()
    {
        using TemporaryFolder folder = new();
        foreach (string seed in (string[])["0", "1"])
        {
            string run = folder[$"runs/{seed}"];
            Assert.Equal(0, Invocation.Of("train", "--B", "50", "--max-iters", "60", "--sd", seed, "--out", run).ExitCode);
        }

        string[] plot =
            ["plot", "radial-share", folder["runs"], "--every", "20", "--out", folder["share.svg"], "--data", folder["share.csv"]];
        Assert.Contains("radial share at iteration 60", Own(plot));
        Assert.Equal(["0", "20", "40", "60"], File.ReadLines(folder["share.csv"]).Skip(1).Select(line => line.Split(',')[0]));
        Assert.Contains("radial-share", Own("plot", "--help"));
        Assert.Contains("radial-share", Own("completion", "bash"));
        Assert.Contains("lintf: there is no figure radial-share: it must be one of loss, ", Invocation.Of(plot).Error);

        static string Own(params string[] arguments)
            => Subprocess.Run(["run", $"samples/{OwnMeasurement}", "--", .. arguments], RepositoryRoot.Path);
    }

    [Fact]
    public void No_sample_is_left_out()
    {
        string[] tested = [.. typeof(SampleTests).GetMethod(nameof(Every_sample_runs_as_its_comment_says))!
            .GetCustomAttributes(typeof(InlineDataAttribute), false).Select(data => (string)((InlineDataAttribute)data).Data[0]!),
                OwnParts, OwnMeasurement];
        Assert.Equal(Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "samples"), "*.cs").Select(Path.GetFileName).Order(),
            tested.Order());
    }

    [Fact]
    public void The_snippets_of_the_library_document_print_what_stands_below_them()
    {
        using TemporaryFolder folder = new();
        string root = RepositoryRoot.Path;
        LibraryDocument document = LibraryDocument.Read(root);
        File.WriteAllText(folder["library.cs"], document.Program);
        File.Copy(Path.Combine(root, "tests", "LinearTransformers.Tests", "Golden", "pth", "train_hist_list.pth"),
            folder["train_hist_list.pth"]);

        // Where dotnet keeps what it builds of a file.
        string data = Directory.CreateDirectory(folder["data"]).FullName;
        string printed = Subprocess.Run(
            ["run", "-c", "Release", "library.cs"], folder[""], ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"), ("XDG_DATA_HOME", data));
        Assert.Equal(document.Output, printed.ReplaceLineEndings("\n"));
    }
}
