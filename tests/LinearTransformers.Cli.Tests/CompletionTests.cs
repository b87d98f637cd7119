using System.Diagnostics;
using LinearTransformers.Experiments;
using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Cli.Tests;

public class CompletionTests
{
    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("powershell")]
    public void A_script_holds_every_command_option_experiment_figure_and_preset(string shell)
    {
        Invocation invocation = Invocation.Of("completion", shell);
        Assert.Equal(0, invocation.ExitCode);
        IEnumerable<string> names = [.. ExperimentCatalog.All.Select(experiment => experiment.Name), .. PresetCatalog.All.Select(preset => preset.Name), .. PlotCatalog.All.Select(figure => figure.Name)];
        Assert.All([.. names, "reproduce", "lintf config show", "lintf runs compare", "--resample-every", "lintf train --mode", "normal-n20", "strong-wolfe"], name => Assert.Contains(name, invocation.Out));
    }

    [Theory]
    [InlineData("lintf tr", "train")]
    [InlineData("lintf runs ", "list show compare")]
    [InlineData("lintf train --mode ", "normal sphere gamma relu mlp")]
    [InlineData("lintf train --lr 0.1 --alg s", "sgd")]
    [InlineData("lintf train --config rotation-", "rotation-lbfgs rotation-p0")]
    [InlineData("lintf train --lr-", "--lr-halve-every")]
    [InlineData("lintf reproduce simple variable-", "variable-l variable-n")]
    [InlineData("lintf reproduce loss --setting normal-n5 --pro", "--protocol")]
    [InlineData("lintf plot cond", "condition-number")]
    [InlineData("lintf config show sphere-", "sphere-adam sphere-sgd")]
    [InlineData("lintf train --out ", "")]
    public void Bash_completes_what_can_follow(string line, string expected)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("bash is not there on every Windows");
        }

        using TemporaryFolder folder = new();
        File.WriteAllText(folder["completion"], Invocation.Of("completion", "bash").Out);
        ProcessStartInfo start = new("bash", ["-c", "source \"$0\"; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _lintf; echo \"${COMPREPLY[*]}\"", folder["completion"], .. line.Split(' ')])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Assert.Equal(expected, process.StandardOutput.ReadToEnd().TrimEnd());
    }
}
