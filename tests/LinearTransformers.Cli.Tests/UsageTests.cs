namespace LinearTransformers.Cli.Tests;

public class UsageTests
{
    [Theory]
    [InlineData("train --lr 0", "--lr is 0: it must be positive and finite")]
    [InlineData("train --lr NaN", "--lr is NaN: it must be positive and finite")]
    [InlineData("train --lr fast", "--lr is fast: it must be a number")]
    [InlineData("train --N 0", "--N is 0: it must be at least 1")]
    [InlineData("train --B 0", "--B is 0: it must be at least 1")]
    [InlineData("train --B 1.5", "--B is 1.5: it must be a whole number")]
    [InlineData("train --mode uniform", "--mode is uniform: it must be normal, sphere, gamma, relu or mlp")]
    [InlineData("train --betas 0.9", "--betas is 0.9: it must be two numbers")]
    [InlineData("train --toclip maybe", "--toclip is maybe: it must be true or false")]
    [InlineData("train --threads 0", "--threads is 0: it must be from 1 to 1024")]
    [InlineData("train --seed -1", "--sd is -1: it must be from 0 to 4294967295")]
    [InlineData("train --learning-rate 1", "--learning-rate is no option of lintf train; here it is --lr, learning rate [0.02]")]
    [InlineData("train --lr --max-iters 5", "--lr has no value: it must be followed by <x>, learning rate [0.02]")]
    [InlineData("train --lr 1 --lr 2", "--lr is given twice: it may be given once")]
    [InlineData("train --sd 1 --seed 2", "--sd is given twice: it may be given once")]
    [InlineData("train --lr --foo", "--foo is no option of lintf train (see lintf train --help)")]
    [InlineData("train --json=maybe", "--json is maybe: it must be true or false, or without a value, for true")]
    [InlineData("train now", "now is one argument too many: lintf train takes options only")]
    [InlineData("train @x", "@x is one argument too many: lintf train takes options only")]
    [InlineData("@x", "@x is no command of lintf (see lintf --help)")]
    [InlineData("[suggest] train", "[suggest] is no command of lintf (see lintf --help)")]
    [InlineData("runs lst list", "lst is no command of lintf runs; did you mean list? (see lintf runs --help)")]
    [InlineData("theory runs", "runs is one argument too many: lintf theory takes options only")]
    [InlineData("plot loss runs --floor", "--floor is no option of lintf plot; did you mean --floors? (see lintf plot --help)")]
    [InlineData("plot loss --thread=3 runs", "--thread is no option of lintf plot; did you mean --threads?")]
    [InlineData("plot loss -- --floor", "there is no folder --floor: it must be a run's")]
    [InlineData("runs list --jsn", "--jsn is no option of lintf runs list; did you mean --json? (see lintf runs list --help)")]
    [InlineData("runs list runs -x", "-x is no option of lintf runs list")]
    [InlineData("report runs --output x", "--output is no option of lintf report; here it is --out, the page")]
    [InlineData("reproduce simple --seed 1", "--seed is no option of lintf reproduce; here it is --seeds, seeds [as published]")]
    [InlineData("plot", "lintf plot needs <figure>: what to draw: loss, noise")]
    [InlineData("plot loss", "lintf plot needs <run>...: run folders")]
    [InlineData("--version train", "--version goes alone")]
    [InlineData("config sho", "sho is no command of lintf config; did you mean show?")]
    [InlineData("completion bsh", "bsh is no command of lintf completion; did you mean bash?")]
    [InlineData("reproduce simpel", "did you mean simple?")]
    [InlineData("plot los runs", "did you mean loss?")]
    [InlineData("theory --layrs 3", "--layrs is no option of lintf theory; did you mean --layers?")]
    [InlineData("config show rotatoin", "did you mean rotation?")]
    [InlineData("train --config rotatoin", "did you mean rotation?")]
    [InlineData("config copy rotatoin x.json", "did you mean rotation?")]
    [InlineData("train --alg adma", "--alg is adma: it must be sgd, adam, lbfgs, lion, sign or normalized; did you mean adam?")]
    [InlineData("reproduce loss --alg adma", "did you mean adam?")]
    [InlineData("train --mode nromal", "did you mean normal?")]
    [InlineData("train --stream native1", "did you mean native?")]
    [InlineData("train --line-search strong", "did you mean strong-wolfe?")]
    [InlineData("reproduce simple --protocol fiar", "did you mean fair?")]
    [InlineData("reproduce loss --setting normal-n02", "did you mean normal-n20?")]
    [InlineData("export runs --format nzp --out x", "did you mean npz?")]
    [InlineData("reproduce simple --seeds ", "--seeds is empty: it must be different whole numbers")]
    [InlineData("train --lr ", "--lr is empty: it must be a number")]
    [InlineData("train --steps 9", "here it is --max-iters, ")]
    [InlineData("train --iterations 9", "here it is --max-iters, ")]
    [InlineData("train --epochs 9", "here it is --max-iters, ")]
    [InlineData("train --batch-size 9", "here it is --B, ")]
    [InlineData("train --batch_size=9", "here it is --B, ")]
    [InlineData("train --layers 9", "here it is --n-layer, ")]
    [InlineData("theory --n-layer 9", "--n-layer is 9: it must be from 1 to 6")]
    [InlineData("train --heads 9", "here it is --n-head, ")]
    [InlineData("train --dim 9", "here it is --d, ")]
    [InlineData("train --optimizer adam", "here it is --alg, ")]
    [InlineData("train --seeds 9", "here it is --sd, ")]
    [InlineData("train --sigma 9", "--var is the standard deviation of the initial parameters")]
    [InlineData("train --wd 9", "here it is --weight-decay, ")]
    [InlineData("train --device cuda", "everything runs on the processor")]
    [InlineData("help", "lintf --help shows what there is")]
    [InlineData("train --nlayer 1", "did you mean --n-layer?")]
    [InlineData("train --lr", "--lr has no value")]
    [InlineData("trian", "trian is no command of lintf; did you mean train?")]
    [InlineData("train --activation gelu", "--activation is gelu: it must be none, softmax, softmax-masked, relu or softmax-standard")]
    [InlineData("reproduce", "lintf reproduce needs <experiment>...: experiments by name")]
    [InlineData("reproduce everything", "there is no experiment everything: it must be all, or one of simple")]
    [InlineData("reproduce simple --seeds 1,1", "--seeds is 1,1: it must be different whole numbers")]
    [InlineData("reproduce simple --max-iters 0", "--max-iters is 0: it must be at least 1")]
    [InlineData("reproduce simple --protocol best", "--protocol is best: it must be fair or original")]
    [InlineData("theory --layers 7", "--layers is 7: it must be from 1 to 6")]
    [InlineData("theory --sigma 1,2", "--sigma is 1,2: it must be 5 positive numbers")]
    [InlineData("reproduce list simple", "list goes alone")]
    public void Wrong_usage_is_answered_in_one_line_with_exit_code_2(string arguments, string message)
    {
        Invocation invocation = Invocation.Of(arguments.Split(' '));
        Assert.Equal(2, invocation.ExitCode);
        Assert.Contains(message, invocation.Error);
        Assert.StartsWith("lintf: ", invocation.Error);
        Assert.Single(invocation.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(invocation.Out);
    }

    [Fact]
    public void Help_names_every_option_with_its_default()
    {
        Invocation invocation = Invocation.Of("train", "--help");
        Assert.Equal(0, invocation.ExitCode);
        foreach (string option in (string[])[
            "--mode", "--alg", "--lr <x>", "--toclip", "--clip <threshold>", "--clip-scope", "--sd, --seed", "--data-seed", "--max-iters",
                "--n-layer", "--n-head", "--N <n>", "--d <n>", "--B <n>", "--var <std>", "--shape-k", "--betas", "--momentum",
                    "--covariance", "--resample-every", "--lr-halve-every", "--zero-p", "--activation", "--stream", "--precision",
                        "--threads", "--hist-stride", "--log-every", "--out", "--json"])
        {
            Assert.Contains(option, invocation.Out);
        }

        Assert.Contains("learning rate [0.02]", invocation.Out);
    }

    [Fact]
    public void The_version_is_said()
    {
        Invocation invocation = Invocation.Of("--version");
        Assert.Equal(0, invocation.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", invocation.Out);
    }

    [Fact]
    public void The_experiments_are_listed()
    {
        Invocation invocation = Invocation.Of("reproduce", "list");
        Assert.Equal(0, invocation.ExitCode);
        Assert.Contains(invocation.Lines, line => line.StartsWith("simple ", StringComparison.Ordinal));
    }
}
