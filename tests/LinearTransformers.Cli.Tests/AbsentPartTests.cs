using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Settings;
using LinearTransformers.Training;

namespace LinearTransformers.Cli.Tests;

/// <summary>Runs of a program that has more parts, beside runs that this one can make.</summary>
public class AbsentPartTests
{
    private static readonly TrainingSettings Settings = new() { BatchSize = 20, Dimension = 2, Layers = 1, MaxIterations = 3 };

    [Theory]
    [InlineData("plot loss")]
    [InlineData("plot gradient-norm")]
    [InlineData("runs compare")]
    public void A_figure_leaves_out_those_that_it_cannot_show_and_names_them(string command)
    {
        using TemporaryFolder folder = new();
        Make(folder["runs/a"], Settings with { Covariates = new OwnCovariates() });
        Make(folder["runs/b"], Settings);
        Make(folder["runs/c"], Settings with { Tasks = new OwnTasks() });
        Invocation drawn = Invocation.Of([.. command.Split(' '), folder["runs"], "--out", folder["figure.png"]]);
        Assert.True(drawn.ExitCode == 0, drawn.Error);
        Assert.True(File.Exists(folder["figure.png"]));
        const string Why = "give the command to the program that made the run";
        Assert.Contains($"lintf: left out: {folder["runs/a"]}: this program has no covariate law own: {Why}\n", drawn.Error);
        Assert.Contains($"lintf: left out: {folder["runs/c"]}: this program has no task law own: {Why}\n", drawn.Error);
        Assert.DoesNotContain(folder["runs/b"], drawn.Error);
    }

    [Fact]
    public void A_figure_of_nothing_else_is_refused()
    {
        using TemporaryFolder folder = new();
        Make(folder["a"], Settings with { Covariates = new OwnCovariates() });
        Make(folder["b"], Settings with { Covariates = new OwnCovariates(), Seed = 1 });
        Invocation drawn = Invocation.Of("plot", "loss", folder["a"], folder["b"], "--out", folder["figure.png"]);
        Assert.Equal(2, drawn.ExitCode);
        Assert.Equal(
            "lintf: this program has no covariate law own: give the command to the program that made the run", drawn.Error.TrimEnd());
    }

    private static void Make(string path, TrainingSettings settings)
    {
        using RunDirectory directory = RunDirectory.Open(path, settings);
        RecordedRun.Continue<float>(directory);
    }

    [Part("own", "normal")]
    private sealed record OwnCovariates : CovariateLaw;

    [Part("own", "normal")]
    private sealed record OwnTasks : TaskLaw;
}
