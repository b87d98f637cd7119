using LinearTransformers.Experiments.Paper2;
using LinearTransformers.Experiments.Published;
using LinearTransformers.Numerics;
using LinearTransformers.Training;

namespace LinearTransformers.Experiments.Tests.Paper2;

public class NonlinearExperimentTests
{
    // The published log was made on a GPU, whose sums are rounded in another order: SGDM forgets that, Adam's small denominators do not.
    [Theory]
    [InlineData(Algorithm.Sgd, 301, 2e-6)]
    [InlineData(Algorithm.Adam, 101, 1e-4)]
    public void The_published_seed_gives_the_published_log(Algorithm algorithm, int iterations, double tolerance)
    {
        TrainingSettings settings = new NonlinearExperiment().Settings(algorithm, 0) with { MaxIterations = iterations, HistoryStride = 100 };
        using WorkerTeam team = new(2);
        TrainingRun<float> run = new(settings, team);
        Assert.Equal(RunStatus.Finished, run.Run());
        LogLine[] published = [.. PublishedLog.Read($"nonlinear_{OptimizationSetting.FileName(algorithm)}_seed0").Where(line => line.Iteration < iterations)];
        Assert.True(published.Length > 1);
        foreach (LogLine line in published)
        {
            LogLine ours = run.Log.First(candidate => candidate.Iteration == line.Iteration);
            Assert.Equal(line.Loss, ours.Loss, tolerance * line.Loss);
            Assert.Equal(line.GradientNorm, ours.GradientNorm, 10 * tolerance * line.GradientNorm);
        }
    }
}
