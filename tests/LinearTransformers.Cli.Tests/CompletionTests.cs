using System.Diagnostics;
using LinearTransformers.Experiments.Catalogs;
using LinearTransformers.Experiments.Plots;

namespace LinearTransformers.Cli.Tests;

public class CompletionTests
{
    private const string Figures = "loss noise condition-number smoothness spectrum matrices "
        + "distance-to-identity batch-loss gradient-norm sharpness hessian-norm step-curvature parameter-norm eval curve map";

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("powershell")]
    public void A_script_holds_every_command_option_experiment_figure_and_preset(string shell)
    {
        Invocation invocation = Invocation.Of("completion", shell);
        Assert.Equal(0, invocation.ExitCode);
        IEnumerable<string> names =
            [.. ExperimentCatalog.All.Select(experiment => experiment.Name), .. PresetCatalog.All.Select(preset => preset.Name),
                .. PlotCatalog.All.Select(figure => figure.Name)];
        Assert.All([.. names, "reproduce", "lintf config show", "lintf runs compare", "--resample-every", "lintf train --mode",
            "normal-n20", "strong-wolfe"], name => Assert.Contains(name, invocation.Out));
    }

    [Theory]
    [InlineData("lintf tr", "train")]
    [InlineData("lintf runs ", "list show compare")]
    [InlineData("lintf train --mode ", "normal sphere gamma relu mlp")]
    [InlineData("lintf train --lr 0.1 --alg sg", "sgd")]
    [InlineData("lintf train --config rotation-", "rotation-lbfgs rotation-p0")]
    [InlineData("lintf train --lr-", "--lr-halve-every")]
    [InlineData("lintf reproduce simple variable-", "variable-l variable-n")]
    [InlineData("lintf reproduce loss --setting normal-n5 --pro", "--protocol")]
    [InlineData("lintf plot cond", "condition-number")]
    [InlineData("lintf config show sphere-", "sphere-adam sphere-sgd")]
    [InlineData("lintf train --out ", "folder runs")]
    [InlineData("lintf train --out = r", "runs")]
    [InlineData("lintf train --init ", "folder runs")]
    [InlineData("lintf train --mode = s", "sphere")]
    [InlineData("lintf train --lr ", "")]
    [InlineData("lintf train ", "")]
    [InlineData("lintf theory ", "")]
    [InlineData("lintf plot ", Figures)]
    [InlineData("lintf plot loss ", "folder runs")]
    [InlineData("lintf plot loss runs/", "runs/adam-seed0 runs/sgd-seed0")]
    [InlineData("lintf plot loss runs/adam-seed0 ", "folder runs")]
    [InlineData("lintf plot --every 5 l", "loss")]
    [InlineData("lintf plot --every 5 loss r", "runs")]
    [InlineData("lintf plot loss --", "--out --data --every --max-iters --samples --prompts --protocol --basis --floors --blocks "
        + "--curvature --x --by --y --where --threads --json --help")]
    [InlineData("lintf runs list ", "folder runs")]
    [InlineData("lintf runs show ", "folder runs")]
    [InlineData("lintf runs show runs ", "")]
    [InlineData("lintf report ", "folder runs")]
    [InlineData("lintf config copy sphere-", "sphere-adam sphere-sgd")]
    [InlineData("lintf config copy sphere-sgd f", "file.json folder")]
    [InlineData("lintf config validate f", "file.json folder")]
    [InlineData("lintf import ", "file.json folder runs")]
    [InlineData("lintf completion ", "bash zsh powershell")]
    public void Bash_completes_what_can_follow(string line, string expected)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("bash is not there on every Windows");
        }

        const string Ask = "source \"$0\"; cd \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _lintf; echo \"${COMPREPLY[*]}\"";
        Assert.Equal(Words(expected).Order(), Words(Shell("bash", Ask, line)).Order());
    }

    [Theory]
    [InlineData("lintf tr", "train")]
    [InlineData("lintf train --mode ", "normal sphere gamma relu mlp")]
    [InlineData("lintf train --mode=s", "normal sphere gamma relu mlp")]
    [InlineData("lintf train --lr ", "")]
    [InlineData("lintf plot ", Figures)]
    [InlineData("lintf plot loss ", "FILES -/")]
    [InlineData("lintf plot --every 5 loss ", "FILES -/")]
    [InlineData("lintf runs list ", "FILES -/")]
    [InlineData("lintf runs show runs ", "")]
    [InlineData("lintf config copy simple ", "FILES")]
    public void Zsh_completes_what_can_follow(string line, string expected)
    {
        if (!HasZsh.Value)
        {
            Assert.Skip("zsh is not there");
        }

        // What zsh chooses from is its own to choose by: compadd and _files are asked what they were given.
        const string Ask = """
            compdef() { : }
            compset() { : }
            compadd() { print -r -- ${(P)2} }
            _files() { print -r -- FILES "$@" }
            source "$0"; shift; words=("$@"); CURRENT=$#; _lintf
            """;
        string last = line.Split(' ')[^1];
        IEnumerable<string> offered = Words(Shell("zsh", Ask, line));
        IEnumerable<string> chosen = offered.Where(word => word.StartsWith(last, StringComparison.Ordinal) || word == "FILES");
        Assert.Equal(
            Words(expected).Order(),
            (expected.Contains(' ') ? offered : chosen).Order());
    }

    private static readonly Lazy<bool> HasZsh = new(()
        => Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "zsh"))));

    private static IEnumerable<string> Words(string text) => text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>What a shell answers, in a folder with a few files and folders.</summary>
    private static string Shell(string shell, string ask, string line)
    {
        using TemporaryFolder folder = new();
        using TemporaryFolder scripts = new();
        File.WriteAllText(scripts["completion"], Invocation.Of("completion", shell).Out);
        File.WriteAllText(folder["file.json"], "");
        Directory.CreateDirectory(folder["folder"]);
        Directory.CreateDirectory(folder["runs/adam-seed0"]);
        Directory.CreateDirectory(folder["runs/sgd-seed0"]);
        string[] bare = shell == "zsh" ? ["-f"] : [];
        ProcessStartInfo start = new(shell, [.. bare, "-c", ask, scripts["completion"], folder[""], .. line.Split(' ')])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string answer = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return answer;
    }
}
