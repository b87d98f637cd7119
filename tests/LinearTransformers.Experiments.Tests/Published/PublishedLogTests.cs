using LinearTransformers.Experiments.Published;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests.Published;

public class PublishedLogTests
{
    [Theory]
    [InlineData("nonlinear_sgd_seed0", 100)]
    [InlineData("nonlinear_sgd_seed1", 100)]
    [InlineData("nonlinear_sgd_seed2", 100)]
    [InlineData("nonlinear_adam_seed0", 100)]
    [InlineData("nonlinear_adam_seed1", 100)]
    [InlineData("nonlinear_adam_seed2", 100)]
    public void A_log_has_a_line_every_hundred_iterations_and_columns_that_can_be_read_alone(string name, int lines)
    {
        IReadOnlyList<LogLine> log = PublishedLog.Read(name);
        Assert.Equal(Enumerable.Range(0, lines).Select(i => 100 * i), log.Select(line => line.Iteration));
        Assert.Equal(log.Select(line => line.Loss), PublishedLog.ReadColumn(name, "loss"));
        Assert.Equal(log.Select(line => line.GradientNorm), PublishedLog.ReadColumn(name, "gradnorm"));
        Assert.Equal(lines, PublishedLog.ReadColumn(name, "weightnorm").Count);
    }

    [Fact]
    public void Two_seeds_are_two_logs()
        => Assert.NotEqual(PublishedLog.Read("nonlinear_adam_seed1")[0].Loss, PublishedLog.Read("nonlinear_adam_seed2")[0].Loss);
}
