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
    [InlineData("train --learning-rate 1", "--learning-rate is no option of lintf train")]
    [InlineData("train --nlayer 1", "did you mean --n-layer?")]
    [InlineData("train --lr", "--lr")]
    [InlineData("trian", "trian is no command of lintf; did you mean train?")]
    [InlineData("train --activation gelu", "--activation is gelu: it must be none, softmax, softmax-masked or relu")]
    [InlineData("train --activation relu --model nonlinear-regression", "--activation is relu: it must be none with model nonlinear-regression")]
    [InlineData("train --networks prompt", "--networks is prompt: it must be batch in mode normal")]
    [InlineData("reproduce", "experiment")]
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
        foreach (string option in (string[])["--mode", "--alg", "--lr <x>", "--toclip", "--clip <threshold>", "--clip-scope", "--sd, --seed", "--data-seed", "--max-iters", "--n-layer", "--n-head", "--N <n>", "--d <n>", "--B <n>", "--var <std>", "--shape-k", "--betas", "--momentum", "--covariance", "--resample-every", "--lr-halve-every", "--zero-p", "--activation", "--stream", "--precision", "--threads", "--hist-stride", "--log-every", "--out", "--json"])
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
