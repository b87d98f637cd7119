using LinearTransformers.Prompts.Covariances;
using LinearTransformers.Prompts.Covariates;
using LinearTransformers.Prompts.Noises;
using LinearTransformers.Prompts.TaskCovariances;
using LinearTransformers.Prompts.Tasks;
using LinearTransformers.Random;
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

    [Fact]
    public void A_report_has_runs_whose_floors_nobody_knows()
    {
        using TemporaryFolder folder = new();
        Make(folder["runs/a"], Settings with { Noise = new OwnNoise() });
        Make(folder["runs/b"], Settings with { TaskCovariance = new OwnTaskCovariance() });
        Make(folder["runs/c"], Settings with { Covariance = new OwnCovariance(), Noise = new FixedNoise { Deviation = 1 } });
        Invocation reported = Invocation.Of("report", folder["runs"]);
        Assert.True(reported.ExitCode == 0, reported.Error);
        Assert.Equal("", reported.Error);
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

    [Part("own", "none")]
    private sealed record OwnNoise : NoiseLaw
    {
        public override double Variance => 0;

        public override void FillDeviations(IDraws draws, Span<float> deviations) => deviations.Clear();
    }

    [Part("own", "the identity")]
    private sealed record OwnTaskCovariance : TaskCovarianceLaw;

    [Part("own", "the identity")]
    private sealed record OwnCovariance : CovarianceLaw
    {
        public override Covariance? Draw(IStream stream, int dimension) => null;
    }
}
